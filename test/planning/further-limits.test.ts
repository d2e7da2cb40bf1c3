import { hourMs } from '../../src/lib/definitions/instant';
import type { Channel, ChannelMove, Soaking } from '../../src/lib/lifecycle/channel';
import { soakingOf } from '../../src/lib/lifecycle/soaking';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { day, has, id, idAt, night, older, pin, stateOf, world, type World } from './further-world';
import { image, key, noon, policy, snapshotOf } from './snapshot-builder';

const atOnce = { after: 'tests', soakMs: 0 } as const;
const observing: Partial<Snapshot> = { policy: { ...policy, mode: 'observe' } };
const onItsWay = { moving: { to: { bakeId: 'b-next' }, parameters: {} } as unknown as ChannelMove };
const otherSharing = (): Partial<Channel> => ({ current: older(), policyDigest: 'before' });
const tested = { tests: { objectId: 'tree', checks: 3 } };
/** What left candidate: a bake that was begun and published there so many hours ago. */
const left = (hours: number, change: Partial<Soaking> = {}): Soaking => ({
  ...soakingOf(world({ claimedAtMs: noon - hours * hourMs }).bake),
  ...change,
});
const bakeOf = (hours: number): string => idAt(noon - hours * hourMs);
const through = (hours: number): string => `bake ${bakeOf(hours)} has been in candidate long enough`;
const soaks = (hours: number, untilWhen: string): string =>
  `bake ${bakeOf(hours)} soaks in candidate; it follows at ${untilWhen} if nobody objects`;

test.each<[string, World, string]>([
  ['moves itself', { promote: atOnce, stable: onItsWay }, 'bake b-next is being published to it'],
  [
    'is paused, and moves all the same',
    { promote: atOnce, stable: onItsWay, snapshot: { paused: pin } },
    'bake b-next is being published to it',
  ],
  ['lets another one move first', { promote: atOnce, candidate: onItsWay }, 'candidate moves first'],
  [
    'lets another one move first, before its sharing',
    { promote: atOnce, candidate: onItsWay, stable: otherSharing() },
    'candidate moves first',
  ],
  [
    'is observed',
    { promote: atOnce, snapshot: observing },
    `observe mode; otherwise bake ${id} would be promoted`,
  ],
  [
    'is observed, whatever its sharing is',
    { promote: atOnce, snapshot: observing, stable: otherSharing() },
    `observe mode; otherwise bake ${id} would be promoted`,
  ],
  [
    'was pinned with a full stop, until its base moves',
    { promote: atOnce, stable: { ...has(older()), pin: { ...pin, atMs: noon, until: 'base', why: 'No.' } } },
    'pinned by bob since 2026-11-21 12:00 UTC because No; it stays until a bake on another base comes, or somebody unpins it',
  ],
  [
    'comes after one that was pinned with a full stop',
    { promote: atOnce, candidate: { pin: { ...pin, why: 'It smells.' } } },
    'candidate is pinned by bob since 2026-11-21 10:00 UTC because It smells: nothing is promoted from it',
  ],
  [
    'is pinned, and gets what a commit has made since',
    {
      promote: atOnce,
      stable: {
        ...has(older()),
        pin: { ...pin, contentDigest: soakingOf(world({}).bake).contentDigest },
        soaking: [left(1.5, { contentDigest: 'mended' })],
      },
    },
    through(1.5),
  ],
])('a further channel that %s', (_, of, text) => {
  expect(stateOf(of).text).toBe(text);
});

test.each<[string, World, string]>([
  ['a soak is over at its last instant', { promote: day, claimedAtMs: noon - 24 * hourMs }, through(24)],
  [
    'and not before',
    { promote: day, claimedAtMs: noon - 24 * hourMs + 1 },
    `bake ${idAt(noon - 24 * hourMs + 1)} soaks in candidate; it follows at 2026-11-21 12:00 UTC (in 1 minute) if nobody objects`,
  ],
  [
    'a window is open at its first instant',
    { promote: atOnce, window: { ...night, from: '12:00' } },
    through(1),
  ],
  [
    'and closed at its last',
    { promote: atOnce, window: { ...night, to: '12:00' } },
    `bake ${id} waits: window opens at 2026-11-21 22:00 UTC (in 10 hours)`,
  ],
])('%s', (_, of, text) => {
  expect(stateOf(of).text).toBe(text);
});

test('a channel that never had anything tells of the bake that was lost on its way', () => {
  const gone = [{ bakeId: id, why: 'ami-1 is gone' }];
  expect(stateOf({ promote: atOnce, stable: { gone } }).text).toBe(
    `bake ${id} cannot come to it: ami-1 is gone; the next one can`,
  );
});

describe('of several bakes', () => {
  const soaking = (...bakes: Soaking[]): World => ({
    promote: day,
    stable: { ...has(older()), soaking: bakes },
  });

  test.each<[string, World, string]>([
    [
      'that soak the first is told',
      soaking(left(20), left(3)),
      soaks(20, '2026-11-21 16:00 UTC (in 4 hours)'),
    ],
    [
      'that soak the one that is through first is told, which need not be the oldest',
      soaking(left(20, { sinceMs: noon - 2 * hourMs }), left(3)),
      soaks(3, '2026-11-22 09:00 UTC (in 21 hours)'),
    ],
    [
      'that are through the newest comes, however they are kept',
      soaking(left(26), left(50), left(30)),
      through(26),
    ],
    [
      'those go that are not newer than what the channel has',
      soaking(left(100), left(200)),
      soaks(1, '2026-11-22 11:00 UTC (in 23 hours)'),
    ],
    [
      'the one in candidate comes as well, where it is through',
      { ...soaking(left(50)), claimedAtMs: noon - 25 * hourMs },
      through(25),
    ],
    [
      'one that came back to candidate counts from the first time',
      { ...soaking(left(25)), claimedAtMs: noon - 25 * hourMs, candidate: {} },
      through(25),
    ],
    [
      'the newest is for a person to promote',
      { stable: { ...has(older()), soaking: [left(30)] } },
      `candidate has bake ${id}; a person promotes it`,
    ],
  ])('%s', (_, of, text) => {
    expect(stateOf(of).text).toBe(text);
  });

  test('it may begin before anything is published to it, and goes on where the channel before is new', () => {
    const bakes = { soaking: [left(30)] };
    expect(stateOf({ promote: day, stable: bakes }).text).toBe(through(30));
    const { snapshot } = world({ promote: day, stable: bakes });
    delete snapshot.records[key('web')]!.channels['candidate'];
    expect(plan(snapshot).further[0]?.move).toEqual({
      kind: 'promote',
      from: 'candidate',
      bakeId: bakeOf(30),
    });
    const nothing = world({ stable: {} }).snapshot;
    delete nothing.records[key('web')]!.channels['candidate'];
    expect(plan(nothing).further[0]?.state).toEqual({ code: 'channel-empty', from: 'candidate' });
  });
});

describe('where the image has tests', () => {
  const of = (change: World): World => ({ promote: day, test: { path: 'checks' }, ...change });

  test('only what has passed some comes', () => {
    const bake = { ...world({ claimedAtMs: noon - 25 * hourMs }).bake, ...tested };
    expect(stateOf(of({ candidate: { current: bake } })).text).toBe(through(25));
    const untested = [left(30), left(28, { tested: true }), left(26)];
    expect(stateOf(of({ stable: { ...has(older()), soaking: untested } })).text).toBe(through(28));
  });
});

test('what is to be done with a channel, and nothing where there is nothing', () => {
  const moveOf = (of: World) => plan(world(of).snapshot).further;
  const web = { image: key('web'), channel: 'stable' };
  expect(moveOf({ promote: day, stable: otherSharing() })).toStrictEqual([
    {
      ...web,
      state: { code: 'channel-policy' },
      move: { kind: 'amend', from: 'candidate', policyDigest: has(older()).policyDigest! },
    },
  ]);
  expect(moveOf({ promote: day, stable: has(world({}).bake) })).toStrictEqual([
    { ...web, state: { code: 'channel-up-to-date', from: 'candidate' } },
  ]);
});

test('each channel comes from the one before it', () => {
  const [first, second, ...rest] = plan(
    snapshotOf([image('web', { channels: ['candidate', 'stable', 'lts'] })]),
  ).further;
  expect([first, second].map((one) => one?.state)).toEqual([
    { code: 'channel-empty', from: 'candidate' },
    { code: 'channel-empty', from: 'stable' },
  ]);
  expect(rest).toEqual([]);
});
