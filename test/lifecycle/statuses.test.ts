import type { Bake, BakeStatus } from '../../src/lib/lifecycle/bake';
import { bakeTransitions, holdsSlot, isLive, moveBake } from '../../src/lib/lifecycle/bake-transitions';
import { newImageRecord } from '../../src/lib/lifecycle/image-record';
import { LifecycleError } from '../../src/lib/lifecycle/lifecycle-error';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { aBake, noon } from './bakes';

const ends: BakeStatus[] = ['failed', 'rejected', 'abandoned', 'timed-out'];

/** The whole life of a bake. */
const life: [status: BakeStatus, live: boolean, slot: boolean, next: BakeStatus[]][] = [
  ['claimed', true, true, ['building', ...ends]],
  ['building', true, true, ['testing', 'unchanged', ...ends]],
  ['testing', true, true, ['approval', ...ends]],
  ['approval', true, false, ['distributing', ...ends]],
  ['distributing', true, false, ['ready', ...ends]],
  ['ready', false, false, ['deprecated', 'revoked']],
  ['deprecated', false, false, ['disabled', 'ready', 'revoked']],
  ['disabled', false, false, ['deregistered', 'deprecated', 'revoked']],
  ['deregistered', false, false, []],
  ['revoked', false, false, ['ready', 'deregistered']],
  ['failed', false, false, []],
  ['rejected', false, false, []],
  ['abandoned', false, false, []],
  ['timed-out', false, false, []],
  ['unchanged', false, false, []],
];

it('every status is in the table', () => {
  expect(life.map(([status]) => status).sort()).toEqual(Object.keys(bakeTransitions).sort());
});

describe.each(life)('a bake that is %s', (status, live, slot, next) => {
  it(`is ${live ? 'the one that runs for its image' : 'over'}, and ${slot ? 'has' : 'has no'} build slot`, () => {
    expect([isLive(status), holdsSlot(status)]).toEqual([live, slot]);
  });

  it.each(life)('can become %s, or not', (to) => {
    const move = () => moveBake(aBake({ status }), to, { buildId: 'bake:1' });
    if (next.includes(to)) expect(move()).toEqual(aBake({ status: to, buildId: 'bake:1' }));
    else expect(move).toThrow(`Bake b-01 of web/x86_64 cannot go from ${status} to ${to}.`);
  });
});

it('a mistake of the program has a code', () => {
  expect(new LifecycleError('no')).toMatchObject({ name: 'LifecycleError', code: 'NO_SUCH_TRANSITION' });
});

it('a new image has no history', () => {
  expect(newImageRecord('web/arm64')).toEqual({
    key: 'web/arm64',
    version: 0,
    channels: {},
    notBefore: 0,
    claims: [],
    outbox: [],
  });
});

describe('what is published of a bake', () => {
  const made = { id: 'b-01', image: 'web/x86_64', inputHash: 'aa', contentDigest: 'cc', notBefore: 0 };
  it.each<[string, Partial<Bake>, object]>([
    [
      'all it is made of',
      { amis: { 'eu-west-1': 'ami-1' }, keys: { 'eu-west-1': 'alias/a' } },
      { amis: { 'eu-west-1': 'ami-1' }, keys: { 'eu-west-1': 'alias/a' }, baseAmiId: 'ami-0base0base' },
    ],
    ['without a base and keys, where it has none', { baseAmiId: undefined }, { amis: {} }],
  ])('%s', (_, change, expected) => {
    const { id, ...content } = made;
    const published = toPublished(aBake(change), noon);
    expect(published).toEqual({
      ...content,
      bakeId: id,
      commitId: 'c0ffee',
      inputs: [],
      ancestry: [{ amiId: 'ami-0base0base' }],
      bakedAtMs: noon,
      ...expected,
    });
    expect(Object.keys(published)).toEqual(expect.arrayContaining(Object.keys(expected)));
    expect('baseAmiId' in published).toBe('baseAmiId' in expected);
    expect('keys' in published).toBe('keys' in expected);
  });

  const approved = { by: 'ada', why: 'it is good', atMs: noon };
  const asked = { group: 'leads', askedAtMs: noon, expiresAtMs: noon + 1 };
  const checks = (['passed', 'skipped', 'passed'] as const).map((status) => ({
    name: 'a.sh',
    status,
    ms: 1,
  }));
  const ran = { objectId: 'tree', attempts: 1, endedAtMs: noon, checks };
  it.each<[string, Partial<Bake>, object]>([
    [
      'what is in it, and what it was built with',
      { packages: { hash: 'h' }, builder: 'packer' },
      { packages: { hash: 'h' }, builder: 'packer' },
    ],
    ['who agreed to it', { approval: { ...asked, approved } }, { approved }],
    ['nobody, where nobody has', { approval: asked }, {}],
    [
      'how many checks it passed',
      { tests: { ...ran, result: 'passed' } },
      { tests: { objectId: 'tree', checks: 2 } },
    ],
    ['no tests that it failed', { tests: { ...ran, result: 'failed' } }, {}],
    ['no tests that came to nothing', { tests: { ...ran, result: 'error' } }, {}],
  ])('tells %s', (_, change, expected) => {
    const plain = toPublished(aBake(), noon);
    expect(toPublished(aBake(change), noon)).toStrictEqual({ ...plain, ...expected });
    for (const field of ['packages', 'builder']) expect(plain).not.toHaveProperty(field);
  });
});
