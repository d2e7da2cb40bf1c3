import type { Channel } from '../../src/lib/lifecycle/channel';
import {
  announced,
  beginMove,
  channelTransitions,
  confirmMove,
  endCopies,
  newChannel,
} from '../../src/lib/lifecycle/channel-transitions';
import {
  beginDistribution,
  destinationsOf,
  distributed,
  isDistributed,
  missingIn,
  superseded,
  underWay,
  type Destinations,
  type Copy,
  type Distribution,
} from '../../src/lib/lifecycle/distribution';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { aBake, noon } from './bakes';

const home = 'eu-west-1';
const far = 'us-east-1';
const made = { amis: { [home]: 'ami-1' }, keys: { [home]: 'alias/old' } };

describe('where an AMI goes', () => {
  it.each([
    [undefined, { [home]: {} }],
    [{ [far]: { kmsKey: 'alias/a' } }, { [home]: {}, [far]: { kmsKey: 'alias/a' } }],
    [{ [home]: { kmsKey: 'alias/a' } }, { [home]: { kmsKey: 'alias/a' } }],
  ])('of %j: home among it', (regions, destinations) => {
    expect(destinationsOf({ regions }, home)).toEqual(destinations);
  });

  it('what is missing comes sorted', () => {
    expect(missingIn(made, { [home]: {}, 'z-1': {}, 'a-1': {} })).toEqual(['a-1', 'z-1']);
    expect(missingIn(made, { [home]: { kmsKey: 'alias/new' } })).toEqual([home]);
    expect(missingIn(made, { [home]: { kmsKey: 'alias/old' } })).toEqual([]);
  });
});

describe('a distribution', () => {
  const begin = (destinations: Destinations, of = made as Parameters<typeof beginDistribution>[0]) =>
    beginDistribution(of, destinations, home, noon);

  it('makes a copy where there is none, and looks at what is there', () => {
    const distribution = begin({ [home]: { kmsKey: 'alias/new' }, [far]: {} });
    expect(distribution).toEqual({
      made,
      source: { region: home, amiId: 'ami-1' },
      startedAtMs: noon,
      copies: {
        [home]: { kmsKey: 'alias/new', present: 'ami-1', state: 'due', attempts: 0, sinceMs: noon },
        [far]: { state: 'due', attempts: 0, sinceMs: noon },
      },
    });
    expect(Object.keys(distribution!.copies[far]!)).toEqual(['state', 'attempts', 'sinceMs']);
  });

  it('is none where everything is there, or nothing to copy from', () => {
    expect(begin({ [home]: {} })).toBeUndefined();
    expect(begin({ [far]: {} }, { amis: { 'eu-central-1': 'ami-9' } })).toBeUndefined();
  });

  const copy = (change: Partial<Copy>): Copy => ({ state: 'done', attempts: 1, sinceMs: noon, ...change });
  const with_ = (copies: Record<string, Copy>): Distribution => ({
    made,
    source: { region: home, amiId: 'ami-1' },
    startedAtMs: noon,
    copies,
  });

  it('is done when every copy is', () => {
    expect(isDistributed(with_({ a: copy({}), b: copy({}) }))).toBe(true);
    expect(isDistributed(with_({ a: copy({}), b: copy({ state: 'sent' }) }))).toBe(false);
  });

  it('tells what is not done, with the attempt where it is not the first, sorted', () => {
    const copies = {
      z: copy({ state: 'sent' }),
      b: copy({ state: 'due', attempts: 0 }),
      a: copy({ state: 'sent', attempts: 2 }),
      c: copy({}),
    };
    expect(underWay(with_(copies))).toEqual(['a (attempt 2)', 'b', 'z']);
  });

  it.each<[string, Record<string, Copy>, object]>([
    [
      'adds what was copied',
      { [far]: copy({ amiId: 'ami-2' }) },
      { amis: { [home]: 'ami-1', [far]: 'ami-2' }, keys: { [home]: 'alias/old' } },
    ],
    [
      'takes the place of what was there, with its key',
      { [home]: copy({ amiId: 'ami-2', kmsKey: 'alias/new' }) },
      { amis: { [home]: 'ami-2' }, keys: { [home]: 'alias/new' } },
    ],
    ['and without one', { [home]: copy({ amiId: 'ami-2' }) }, { amis: { [home]: 'ami-2' } }],
    ['leaves what was not copied', { [home]: copy({}) }, made],
  ])('at its end %s', (_, copies, after) => {
    expect(distributed(with_(copies))).toEqual(after);
    expect('keys' in distributed(with_(copies))).toBe('keys' in after);
  });

  it('names the AMIs that copies took the place of', () => {
    expect(superseded(with_({ [home]: copy({ amiId: 'ami-2' }) }))).toEqual(['ami-1']);
    expect(superseded(with_({ [far]: copy({ amiId: 'ami-2' }) }))).toEqual([]);
  });

  describe('within a move', () => {
    const to = toPublished(aBake({ amis: { [home]: 'ami-1' }, keys: { [home]: 'alias/old' } }), noon);
    const granting = { accounts: ['222222222222'], organizations: [], organizationalUnits: [] };
    const names = { [home]: '/x' };
    const begun = (change: object = {}): Channel =>
      beginMove(
        newChannel(),
        { to, cause: { code: 'amended', text: '' }, parameters: names, policyDigest: 'p', ...change },
        noon,
      );
    const moveOf = (distribution: Distribution) => begun({ distribution }).moving!;

    it('comes before parameters', () => {
      const distribution = with_({ [far]: copy({ state: 'due' }) });
      expect(begun({ distribution, granting }).moving).toMatchObject({
        distribution,
        granting,
        parameters: {},
      });
      const plain = begun().moving!;
      expect(plain.parameters).toMatchObject({ [home]: { name: '/x', value: 'ami-1' } });
      expect('distribution' in plain || 'granting' in plain).toBe(false);
      expect(() => endCopies(moveOf(distribution), names, noon)).toThrow(
        'Parameters cannot be written before every copy is made.',
      );
      expect(() => endCopies(plain, names, noon)).toThrow('before every copy is made');
    });

    it.each<[string, Partial<Copy>, object]>([
      [
        'with the key of the copy',
        { amiId: 'ami-2', kmsKey: 'alias/new' },
        { keys: { [home]: 'alias/new' } },
      ],
      ['with no key where the copy has none', { amiId: 'ami-2' }, {}],
    ])('ends with what it made, %s', (_, change, keys) => {
      const ended = endCopies(moveOf(with_({ [home]: copy(change) })), names, noon + 1);
      const { keys: _before, ...rest } = to;
      expect(ended.to).toEqual({ ...rest, amis: { [home]: 'ami-2' }, ...keys, sequence: noon });
      expect('keys' in ended.to).toBe('keys' in keys);
      expect(ended.parameters).toMatchObject({ [home]: { name: '/x', value: 'ami-2', state: 'pending' } });
      expect(ended.distribution).toBeUndefined();
    });

    it('is not confirmed while copies are made', () => {
      const channel = begun({ distribution: with_({ [far]: copy({}) }) });
      const shared = { ...channel, moving: { ...channel.moving!, tagged: true, shared: true } };
      expect(() => confirmMove(shared, noon)).toThrow('A move cannot be confirmed before copies.');
    });

    it('needs an AMI for each parameter', () => {
      expect(() => begun({ parameters: { [far]: '/y' } })).toThrow('There is no AMI in us-east-1 for /y.');
    });

    it('a channel whose move is confirmed is idle once it is announced', () => {
      expect(channelTransitions).toEqual({
        idle: ['moving'],
        moving: ['confirmed', 'idle'],
        confirmed: ['idle', 'moving'],
      });
      expect(announced(newChannel(), 0)).toEqual(newChannel());
    });
  });
});
