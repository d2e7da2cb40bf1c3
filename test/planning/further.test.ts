import fc from 'fast-check';
import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import { isOpen } from '../../src/lib/definitions/window';
import type { Channel, Published } from '../../src/lib/lifecycle/channel';
import { soakingOf } from '../../src/lib/lifecycle/soaking';
import { explainFurther, furtherKind } from '../../src/lib/planning/explain-channel';
import { plan } from '../../src/lib/planning/plan';
import { day, has, id, idAt, night, older, pin, stateOf, world, type World } from './further-world';
import { noon } from './snapshot-builder';

/** What it has was to be amended for `wanted`, and EC2 no longer had the AMI. */
const lostBefore = (current: Published, wanted = has(current).policyDigest!): Partial<Channel> => ({
  current,
  policyDigest: 'before',
  gone: [{ bakeId: current.bakeId, why: 'ami-1 is gone', policyDigest: wanted }],
});

test.each<[string, World, string, string]>([
  ['nothing of promotion', {}, 'channel-by-hand', `candidate has bake ${id}; a person promotes it`],
  [
    'a soak',
    { promote: day },
    'channel-soaking',
    `bake ${id} soaks in candidate; it follows at 2026-11-22 11:00 UTC (in 23 hours) if nobody objects`,
  ],
  [
    'a soak that is over',
    { promote: day, claimedAtMs: noon - 24 * hourMs },
    'channel-due',
    `bake ${idAt(noon - 24 * hourMs)} has been in candidate long enough`,
  ],
  [
    'no soak',
    { promote: { after: 'tests', soakMs: 0 }, stable: has(older()) },
    'channel-due',
    `bake ${id} has been in candidate long enough`,
  ],
  [
    'what candidate has',
    { promote: day, stable: has(world({}).bake) },
    'channel-up-to-date',
    'it has what candidate has, or newer',
  ],
  [
    'nothing in candidate',
    { candidate: { current: undefined } },
    'channel-empty',
    'candidate has never been published',
  ],
  [
    'a pin of its own',
    { promote: { after: 'tests', soakMs: 0 }, stable: { ...has(older()), pin: { ...pin, atMs: noon } } },
    'channel-pinned',
    'pinned by bob since 2026-11-21 12:00 UTC because it smells; it stays until a bake of other inputs comes, or somebody unpins it',
  ],
  [
    'a pin that a commit has outlived',
    {
      promote: { after: 'tests', soakMs: 0 },
      stable: { ...has(older()), pin: { ...pin, contentDigest: 'other' } },
    },
    'channel-due',
    `bake ${id} has been in candidate long enough`,
  ],
  [
    'candidate pinned',
    { promote: { after: 'tests', soakMs: 0 }, candidate: { pin } },
    'channel-held',
    'candidate is pinned by bob since 2026-11-21 10:00 UTC because it smells: nothing is promoted from it',
  ],
  [
    'candidate rolled back',
    { promote: { after: 'tests', soakMs: 0 }, candidate: { pin: { ...pin, from: 'b-bad' } } },
    'channel-due',
    `bake ${id} has been in candidate long enough`,
  ],
  [
    'tests it has not passed',
    { promote: { after: 'tests', soakMs: 0 }, test: { path: 'checks' } },
    'channel-untested',
    `bake ${id} has not passed the tests that the image has now`,
  ],
  [
    'a window that is closed',
    { promote: { after: 'tests', soakMs: 0 }, window: night },
    'channel-window',
    `bake ${id} waits: window opens at 2026-11-21 22:00 UTC (in 10 hours)`,
  ],
  [
    'a pause',
    {
      promote: { after: 'tests', soakMs: 0 },
      snapshot: { paused: { by: 'alice', why: 'an incident', atMs: noon } },
    },
    'paused',
    'the bakery is paused by alice since 2026-11-21 12:00 UTC: an incident',
  ],
  [
    'a move given up',
    {
      promote: day,
      stable: { blocked: { code: 'PARAMETER_FOREIGN', why: 'It is foreign.', sinceMs: noon } },
    },
    'channel-blocked',
    'it could not be moved: It is foreign; a person has to look',
  ],
  [
    'the AMI of what was to come gone',
    { promote: day, stable: { ...has(older()), gone: [{ bakeId: id, why: 'ami-1 is gone' }] } },
    'channel-gone',
    `bake ${id} cannot come to it: ami-1 is gone; the next one can`,
  ],
  [
    'one gone before what it has',
    { promote: day, stable: { ...has(world({}).bake), gone: [{ bakeId: id, why: 'ami-1 is gone' }] } },
    'channel-up-to-date',
    'it has what candidate has, or newer',
  ],
  [
    'one gone, and another',
    {
      promote: { after: 'tests', soakMs: 0 },
      stable: { ...has(older()), gone: [{ bakeId: idAt(noon - 2 * hourMs), why: 'ami-1 is gone' }] },
    },
    'channel-due',
    `bake ${id} has been in candidate long enough`,
  ],
  [
    'other sharing, and the AMI of what it has gone',
    { promote: day, stable: lostBefore(world({}).bake) },
    'channel-lost',
    'what it has cannot be amended: ami-1 is gone; the next bake can come',
  ],
  [
    'other sharing, what it has gone, and the next bake there',
    { promote: { after: 'tests', soakMs: 0 }, stable: lostBefore(older()) },
    'channel-due',
    `bake ${id} has been in candidate long enough`,
  ],
  [
    'sharing that is another one again since what it has was gone',
    { promote: day, stable: lostBefore(world({}).bake, 'another') },
    'channel-policy',
    'sharing, tags or regions are not what bakery.yml says; that needs no bake',
  ],
  [
    'other sharing, rolled back from a bake that was gone when it was to get it',
    { promote: day, stable: { ...lostBefore(world({}).bake), current: older() } },
    'channel-policy',
    'sharing, tags or regions are not what bakery.yml says; that needs no bake',
  ],
  [
    'what it has gone, and the sharing back at what it was',
    { promote: day, stable: { ...lostBefore(world({}).bake, 'another'), ...has(world({}).bake) } },
    'channel-up-to-date',
    'it has what candidate has, or newer',
  ],
  [
    'other sharing',
    { promote: day, stable: { current: older(), policyDigest: 'before' } },
    'channel-policy',
    'sharing, tags or regions are not what bakery.yml says; that needs no bake',
  ],
])('a further channel with %s', (_, of, code, text) => {
  const { state, text: said } = stateOf(of);
  expect(state.code).toBe(code);
  expect(said).toBe(text);
});

test('beyond the ceilings a channel is blocked, and not amended again and again for what it is never given', () => {
  const { snapshot } = world({ promote: day, stable: { ...has(older()), policyDigest: 'what is allowed' } });
  const { catalog } = snapshot;
  if (!catalog.known) throw new Error('there is no catalog');
  const share = { accounts: ['999999999999'], organizations: [], organizationalUnits: [] };
  const images = catalog.value.catalog.images.map((one) => ({ ...one, share }));
  const [further] = plan({ ...snapshot, catalog: known({ ...catalog.value, catalog: { images } }) }).further;
  expect(further).toMatchObject({ state: { code: 'channel-ceiling', setting: 'ceilings.shareWith' } });
  expect(further).not.toHaveProperty('move');
  expect(explainFurther(further!.state, snapshot.nowMs)).toBe(
    'the setting ceilings.shareWith does not allow sharing with account 999999999999',
  );
  expect(furtherKind(further!.state)).toBe('blocked');
});

test('a region that the settings did not allow is come to once they do', () => {
  const { snapshot } = world({ promote: day, stable: has(older()) });
  const { catalog, policy } = snapshot;
  if (!catalog.known) throw new Error('there is no catalog');
  const images = catalog.value.catalog.images.map((one) => ({ ...one, regions: { 'eu-central-1': {} } }));
  const travelling = { ...snapshot, catalog: known({ ...catalog.value, catalog: { images } }) };
  const within = (regions: string[], mode = policy.mode) =>
    plan({ ...travelling, policy: { ...policy, mode, ceilings: { ...policy.ceilings, regions } } })
      .further[0]!;
  expect(within([]).state).toMatchObject({ code: 'channel-ceiling', setting: 'ceilings.regions' });
  expect(within(['eu-central-1']).move).toMatchObject({ kind: 'amend', from: 'candidate' });
  expect(within(['eu-central-1'], 'observe')).not.toHaveProperty('move');
});

test('an earlier bake that left candidate goes on soaking, and the newest that is through comes', () => {
  const bakes = [50, 30, 26, 3].map((hours) => {
    const { bake } = world({ claimedAtMs: noon - hours * hourMs });
    return soakingOf(bake);
  });
  const { move } = stateOf({ promote: day, stable: { ...has(older()), soaking: bakes } });
  expect(move).toEqual({ kind: 'promote', from: 'candidate', bakeId: bakes[2]!.bakeId });
});

test('it moves only after the soak, in its window, and never past a pin', () => {
  fc.assert(
    fc.property(
      fc.record({
        soakMs: fc.integer({ min: 0, max: 48 * 60 }).map((minutes) => minutes * minuteMs),
        ageMs: fc.integer({ min: 0, max: 72 * 60 }).map((minutes) => minutes * minuteMs),
        nowMs: fc.integer({ min: 0, max: 48 * 60 }).map((minutes) => noon + minutes * minuteMs),
        windowed: fc.boolean(),
        pinned: fc.boolean(),
        held: fc.boolean(),
      }),
      ({ soakMs, ageMs, nowMs, windowed, pinned, held }) => {
        const { snapshot } = world({
          promote: { after: 'tests', soakMs },
          ...(windowed ? { window: night } : {}),
          claimedAtMs: nowMs - ageMs,
          stable: { ...has(older()), ...(pinned ? { pin: { ...pin, atMs: nowMs } } : {}) },
          ...(held ? { candidate: { pin } } : {}),
          snapshot: { nowMs },
        });
        const { move } = plan(snapshot).further[0]!;
        const may = ageMs >= soakMs && (!windowed || isOpen(night, nowMs)) && !held && !(pinned && ageMs > 0);
        if (!pinned || ageMs > 0) expect(move !== undefined).toBe(may);
      },
    ),
    { numRuns: 300 },
  );
});
