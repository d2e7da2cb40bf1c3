import { monotonicFactory } from 'ulid';
import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import { planJanitor, type EndedBake, type JanitorFacts } from '../../src/lib/lifecycle/janitor';
import { leftoverKinds, type Leftover, type LeftoverKind } from '../../src/lib/lifecycle/leftover';
import { noon } from './bakes';

const region = 'eu-west-1';
const claimedAtMs = noon - 3 * dayMs;
const endedAtMs = noon - 2 * dayMs;
const bakeId = `b-${monotonicFactory(() => 0)(claimedAtMs).toLowerCase()}`;
const a = (kind: LeftoverKind, changes: Partial<Leftover> = {}): Leftover => ({
  kind,
  region,
  id: `${kind}-1`,
  tags: { bakery: 'platform', 'bakery:image': 'web/x86_64', 'bakery:bake': bakeId },
  createdAtMs: claimedAtMs + hourMs,
  ...changes,
});
const failed: EndedBake = { image: 'web/x86_64', status: 'failed', endedAtMs };

function plan(leftovers: Leftover[], changes: Partial<JanitorFacts> = {}, unread: LeftoverKind[] = []) {
  return planJanitor(
    {
      bakery: 'platform',
      seen: leftoverKinds.map((kind) => ({
        region,
        kind,
        resources: unread.includes(kind)
          ? unknown('throttled')
          : known(leftovers.filter((it) => it.kind === kind)),
      })),
      live: new Set(),
      publishing: new Set(),
      bakes: new Map([[bakeId, known(failed)]]),
      pointedTo: known(new Set()),
      shared: new Map(),
      recorded: new Map(),
      ...changes,
    },
    noon,
  );
}
const verdict = (...of: Parameters<typeof plan>): string => {
  const { removals, kept } = plan(...of);
  return removals[0] === undefined ? `${kept[0]?.code}: ${kept[0]?.why}` : 'removed';
};

describe('what holds data goes only if it was made while its bake ran', () => {
  it.each<[string, number | undefined, string]>([
    ['five minutes before the claim: clocks differ', claimedAtMs - 5 * minuteMs, 'removed'],
    ['earlier', claimedAtMs - 5 * minuteMs - 1, 'unproven'],
    ['while it ran', claimedAtMs + hourMs, 'removed'],
    ['as it ended', endedAtMs, 'removed'],
    ['a while after it ended', endedAtMs + minuteMs, 'removed'],
    ['half an hour after it ended', endedAtMs + 30 * minuteMs, 'removed'],
    ['later', endedAtMs + 30 * minuteMs + 1, 'unproven'],
    ['nobody knows when', undefined, 'unproven'],
  ])('made %s', (_, createdAtMs, expected) => {
    for (const kind of ['image', 'snapshot'] as const)
      expect(verdict([a(kind, { createdAtMs })])).toMatch(new RegExp(`^${expected}`));
  });

  it('nor where the id of the bake tells no time', () => {
    const id = 'b-of-another-make';
    const tags = { bakery: 'platform', 'bakery:bake': id };
    const bakes = new Map([[id, known(failed)]]);
    expect(verdict([a('image', { tags })], { bakes })).toMatch(/^unproven/);
    expect(verdict([a('instance', { tags })], { bakes })).toBe('removed');
  });
});

describe('what is young stays', () => {
  const nobody = { bakes: new Map([[bakeId, known(undefined)]]) };
  it.each<[string, number, Partial<JanitorFacts>, string]>([
    ['not half an hour old', 30 * minuteMs - 1, {}, 'young: it was made 29 min ago'],
    ['half an hour old', 30 * minuteMs, {}, 'removed'],
    [
      'of a bake that nobody knows, not a day old',
      dayMs - 1,
      nobody,
      `young: bake ${bakeId} is not in the ledger; it is 23 h old, not a day yet`,
    ],
    ['of a bake that nobody knows, a day old', dayMs, nobody, 'removed'],
  ])('%s', (_, age, change, expected) => {
    expect(verdict([a('instance', { createdAtMs: noon - age })], change)).toBe(expected);
  });
});

describe('what could not be read keeps what depends on it', () => {
  it('everywhere: what is shown elsewhere may belong to what is not', () => {
    const seen: JanitorFacts['seen'] = [
      { region, kind: 'snapshot', resources: known([a('snapshot')]) },
      { region: 'us-east-1', kind: 'snapshot', resources: unknown('throttled') },
    ];
    expect(verdict([], { seen })).toBe('unread: snapshots in us-east-1 could not be read: throttled');
  });

  it.each<[LeftoverKind, LeftoverKind, string]>([
    ['snapshot', 'image', 'unread: images in eu-west-1 could not be read: throttled'],
    ['image', 'snapshot', 'removed'],
    ['instance', 'image', 'removed'],
    ['volume', 'snapshot', 'removed'],
  ])('a %s while no %s could be read: %s', (kind, unread, expected) => {
    expect(verdict([a(kind)], {}, [unread])).toBe(expected);
  });

  it.each<[LeftoverKind, string]>([
    ['image', 'unread: channels could not be read: throttled'],
    ['snapshot', 'unread: channels could not be read: throttled'],
    ['instance', 'removed'],
    ['volume', 'removed'],
  ])('a %s while channels could not: %s', (kind, expected) => {
    expect(verdict([a(kind)], { pointedTo: unknown('throttled') })).toBe(expected);
  });

  it.each<[string, Partial<JanitorFacts>, string]>([
    [
      'whose result it is',
      { recorded: new Map([['image-1', unknown('down')]]) },
      'unread: whose result it is: down',
    ],
    [
      'whom it is shared with',
      { shared: new Map([['image-1', unknown('down')]]) },
      'unread: its launch permissions: down',
    ],
    [
      'pointed to',
      { pointedTo: known(new Set(['image-1'])) },
      'pointed-to: a channel or a parameter points to it',
    ],
    [
      'shared',
      { shared: new Map([['image-1', known(true)]]) },
      'shared: it is shared, so somebody has published it',
    ],
  ])('an AMI: %s', (_, change, expected) => {
    expect(verdict([a('image')], change)).toBe(expected);
  });

  it('what is said of an AMI by id is said of AMIs only', () => {
    const change = {
      pointedTo: known(new Set(['volume-1'])),
      recorded: new Map([['volume-1', known(true)]]),
    };
    expect(verdict([a('volume')], change)).toBe('removed');
  });

  it('a snapshot of an AMI that stays, stays', () => {
    const shared = new Map([['image-1', known(true)]]);
    const { kept } = plan([a('image', { snapshotIds: ['snapshot-1'] }), a('snapshot')], { shared });
    expect(kept.find(({ leftover }) => leftover.kind === 'snapshot')).toMatchObject({
      code: 'in-use',
      why: 'image-1, which stays, is made of it',
    });
  });
});

it.each([
  [
    'an empty id',
    { bakery: 'platform', 'bakery:bake': '' },
    'no-bake: it does not carry the tag bakery:bake',
  ],
  ['no id', { bakery: 'platform' }, 'no-bake: it does not carry the tag bakery:bake'],
])('%s is none', (_, tags, expected) => {
  const bakes = new Map([['', known(failed)]]);
  expect(verdict([a('instance', { tags: tags })], { bakes })).toBe(expected);
});

it.each(['shutting-down', 'terminated', 'deleting', 'deleted', 'deregistered'])(
  'what is %s is gone already',
  (state) => {
    expect(verdict([a('instance', { state })])).toBe(`gone: it is ${state} already`);
  },
);

it('only what a night that changed nothing leaves is no surprise', () => {
  const removalOf = (status: EndedBake['status']) =>
    plan([a('image')], { bakes: new Map([[bakeId, known({ ...failed, status })]]) }).removals[0];
  expect(removalOf('unchanged')).toHaveProperty('expected', true);
  expect(removalOf('failed')).not.toHaveProperty('expected');
});

it('a bake that nobody knows the end of keeps everything', () => {
  const endless: EndedBake = { image: 'web/x86_64', status: 'failed' };
  const bakes = new Map([[bakeId, known(endless)]]);
  expect(verdict([a('instance')], { bakes })).toBe(`age-unknown: when bake ${bakeId} ended is not known`);
});

it('comes in the order of regions and ids, whatever order EC2 shows', () => {
  const places = [
    ['us-east-1', 'i-1'],
    ['eu-west-1', 'i-2'],
    ['eu-west-1', 'i-1'],
    ['eu-west-1', 'i-3'],
  ] as const;
  const instances = places.map(([where, id]) => a('instance', { region: where, id }));
  const { removals } = plan(instances);
  expect(removals.map(({ leftover, bakeId: of }) => `${leftover.region} ${leftover.id} ${of}`)).toEqual(
    ['eu-west-1 i-1', 'eu-west-1 i-2', 'eu-west-1 i-3', 'us-east-1 i-1'].map((place) => `${place} ${bakeId}`),
  );
});

it.each([
  [2 * dayMs - minuteMs, '47 h'],
  [2 * dayMs, '2 days'],
  [3.9 * dayMs, '3 days'],
])('%i ms after its bake ended it went %s ago', (ms, said) => {
  const bakes = new Map([[bakeId, known({ ...failed, endedAtMs: noon - ms })]]);
  const made = a('instance', { createdAtMs: noon - 4 * dayMs });
  expect(plan([made], { bakes }).removals[0]?.why).toBe(
    `bake ${bakeId} of web/x86_64 ended ${said} ago: failed`,
  );
});
