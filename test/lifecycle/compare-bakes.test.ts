import fc from 'fast-check';
import { compareBakes, type ComparedBake } from '../../src/lib/lifecycle/compare-bakes';
import { comparePackages } from '../../src/lib/lifecycle/compare-packages';
import { aBake, noon } from './bakes';

describe('packages', () => {
  it.each<[string, string[], string[], { name: string; from: string[]; to: string[] }[], number]>([
    ['the same', ['bash 5', 'zlib 1'], ['zlib 1', 'bash 5'], [], 2],
    ['a new version', ['bash 5'], ['bash 6'], [{ name: 'bash', from: ['5'], to: ['6'] }], 0],
    ['a new one', [], ['bash 5'], [{ name: 'bash', from: [], to: ['5'] }], 0],
    ['one that is gone', ['bash 5', 'zlib 1'], ['zlib 1'], [{ name: 'bash', from: ['5'], to: [] }], 1],
    [
      'one of several versions',
      ['kernel 1', 'kernel 2'],
      ['kernel 2', 'kernel 3'],
      [{ name: 'kernel', from: ['1'], to: ['3'] }],
      0,
    ],
    [
      'several, by name, and their versions in order',
      ['zlib 1', 'kernel 2', 'kernel 3', 'kernel 1', 'bash 5'],
      ['curl 9', 'kernel 5', 'kernel 4', 'zlib 2'],
      [
        { name: 'bash', from: ['5'], to: [] },
        { name: 'curl', from: [], to: ['9'] },
        { name: 'kernel', from: ['1', '2', '3'], to: ['4', '5'] },
        { name: 'zlib', from: ['1'], to: ['2'] },
      ],
      0,
    ],
    ['a version that was not told', ['tool'], ['tool 2'], [{ name: 'tool', from: [''], to: ['2'] }], 0],
    ['a version of several words', ['tool 1 (by hand)'], ['tool 1 (by hand)'], [], 1],
  ])('%s', (_what, before, after, changes, same) => {
    expect(comparePackages(before, after)).toEqual({ changes, same });
  });

  it('the other way round, what has come is gone, and nothing differs from itself', () => {
    const lines = fc.array(fc.stringMatching(/^[a-d]( [1-3])?$/), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const there = comparePackages(before, after);
        const back = comparePackages(after, before);
        expect(back.changes.map(({ name, from, to }) => ({ name, from: to, to: from }))).toEqual(
          there.changes,
        );
        expect(back.same).toBe(there.same);
        expect(comparePackages(before, [...before].reverse()).changes).toEqual([]);
        const names = new Set([...before, ...after].map((line) => line.split(' ')[0]));
        expect(there.changes.length + there.same).toBe(names.size);
      }),
    );
  });
});

describe('bakes', () => {
  const bake = (changes: Partial<ComparedBake> = {}): ComparedBake => {
    const { request: _request, ...rest } = aBake({ status: 'ready' });
    return { ...rest, ...changes };
  };
  const side = (changes: Partial<ComparedBake> = {}, lines?: string[]) => ({ bake: bake(changes), lines });
  const hash = (letter: string) => ({ packages: { hash: letter.repeat(64) } });

  it('inputs and variables that came, went and changed, by name', () => {
    const { inputs, variables, sameContent } = compareBakes(
      side({
        contentDigest: 'x',
        inputs: [
          { path: '', objectId: '0' },
          { path: 'common', objectId: '2' },
          { path: 'old', objectId: '3' },
        ],
        variables: { nginx: '1.28', same: 'yes' },
      }),
      side({
        contentDigest: 'y',
        inputs: [
          { path: 'new', objectId: '4' },
          { path: 'common', objectId: '5' },
          { path: '', objectId: '1' },
        ],
        variables: { nginx: '1.29', same: 'yes' },
      }),
    );
    expect(inputs).toStrictEqual([
      { name: '.', from: '0', to: '1' },
      { name: 'common', from: '2', to: '5' },
      { name: 'new', to: '4' },
      { name: 'old', from: '3' },
    ]);
    expect(variables).toEqual([{ name: 'nginx', from: '1.28', to: '1.29' }]);
    expect(sameContent).toBe(false);
    expect(compareBakes(side(), side({ baseAmiId: 'ami-0other' })).sameContent).toBe(true);
  });

  it('variables are not known of both where history has none of one', () => {
    expect(compareBakes(side(), side({ variables: {} }))).not.toHaveProperty('variables');
    expect(compareBakes(side({ variables: {} }), side())).not.toHaveProperty('variables');
  });

  it.each([
    ['the build of b-01 told no packages', side({ amis: {} }), side({}, []), undefined],
    ['b-01 (failed) never came to an AMI of its own', side({ status: 'failed' }), side({}, []), undefined],
    ['the list of b-01 was too long to be kept', side(hash('a')), side(hash('a'), ['x 1']), true],
    ['the list of b-01 was too long to be kept', side(hash('a'), ['x 1']), side(hash('b')), false],
    ['the list of b-01 was too long to be kept', side(hash('a')), side({}, []), undefined],
    ['the build of b-01 told no packages', side({ amis: {} }), side(hash('a'), ['x 1']), undefined],
    ['the build of b-01 told no packages', side({ builder: 'packer 1.16.0' }), side({}, []), undefined],
    [
      'b-01 (failed) never came to an AMI of its own; the list of b-02 was too long to be kept',
      side({ status: 'failed' }),
      side({ id: 'b-02', ...hash('a') }),
      undefined,
    ],
    ['b-01 was made elsewhere', side({ adopted: { by: 'ada', why: '', atMs: 0 } }), side({}, []), undefined],
  ])('packages are not known: %s', (why, from, to, equal) => {
    expect(compareBakes(from, to).packages).toStrictEqual({
      known: false,
      why,
      ...(equal === undefined ? {} : { equal }),
    });
  });

  it('packages are compared where both are known, whatever else is', () => {
    expect(compareBakes(side({}, ['x 1']), side({}, ['x 2'])).packages).toStrictEqual({
      known: true,
      changes: [{ name: 'x', from: ['1'], to: ['2'] }],
      same: 0,
    });
  });

  it('each side is told whole, as far as it is known', () => {
    const more = {
      endedAtMs: noon + 1,
      amis: { 'eu-west-1': 'ami-1' },
      builder: 'packer 1.16.0',
      packages: { hash: 'h', count: 312 },
      equalTo: 'b-00',
    };
    const known = {
      image: 'web/x86_64',
      bakeId: 'b-01',
      status: 'ready',
      claimedAtMs: noon,
      commitId: 'c0ffee',
      inputHash: 'aa',
      cause: 'it has never been published',
      base: 'ami-0base0base',
      ancestry: [{ amiId: 'ami-0base0base' }],
    };
    expect(compareBakes(side(), side(more))).toMatchObject({ from: known, to: { ...known, ...more } });
    expect(compareBakes(side(), side(more)).from).toStrictEqual(known);
    const { base: _none, ...own } = { ...known, ancestry: [] };
    expect(compareBakes(side({ baseAmiId: undefined, ancestry: [] }), side()).from).toStrictEqual(own);
  });

  it('the base of a template that chose it is the AMI that it was built on', () => {
    const { from, to } = compareBakes(
      side(),
      side({ baseAmiId: undefined, ancestry: [{ amiId: 'ami-0own' }] }),
    );
    expect([from.base, to.base]).toEqual(['ami-0base0base', 'ami-0own']);
  });

  it('tests are counted', () => {
    const tests = {
      objectId: 'f0',
      result: 'failed',
      attempts: 1,
      endedAtMs: 0,
      checks: [
        { name: 'a.sh', status: 'passed', ms: 1 },
        { name: 'b.sh', status: 'failed', ms: 1 },
        { name: 'c.sh', status: 'passed', ms: 1 },
      ],
    } as const;
    const compared = compareBakes(side(), side({ tests: { ...tests, checks: [...tests.checks] } }));
    expect(compared.to.tests).toEqual({ objectId: 'f0', result: 'failed', passed: 2, checks: 3 });
    expect(compared.from).not.toHaveProperty('tests');
  });
});
