import fc from 'fast-check';
import type { FailureClass } from '../../src/lib/lifecycle/bake';
import { monotonicFactory } from 'ulid';
import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown, type Known } from '../../src/lib/definitions/known';
import { claimedAtMsOf } from '../../src/lib/lifecycle/bake-id';
import { planJanitor } from '../../src/lib/lifecycle/janitor';
import type { EndedBake, JanitorFacts } from '../../src/lib/lifecycle/janitor';
import { leftoverKinds, type Leftover, type LeftoverKind } from '../../src/lib/lifecycle/leftover';
import { noon } from './bakes';

const region = 'eu-west-1';
const bakeId = `b-${monotonicFactory(() => 0)(noon - 3 * hourMs).toLowerCase()}`;
const ours = { bakery: 'platform', 'bakery:image': 'web/x86_64', 'bakery:bake': bakeId };

const a = (kind: LeftoverKind, changes: Partial<Leftover> = {}): Leftover => ({
  kind,
  region,
  id: `${kind}-1`,
  tags: ours,
  createdAtMs: noon - 3 * hourMs,
  ...changes,
});

const failed = (changes: Partial<EndedBake> = {}): EndedBake => ({
  image: 'web/x86_64',
  status: 'failed',
  endedAtMs: noon - 2 * hourMs,
  ...changes,
});

const failure = (kind: FailureClass) => ({ class: kind, message: '', lines: [] });

function facts(leftovers: Leftover[], changes: Partial<JanitorFacts> = {}): JanitorFacts {
  return {
    bakery: 'platform',
    seen: leftoverKinds.map((kind) => ({
      region,
      kind,
      resources: known(leftovers.filter((it) => it.kind === kind)),
    })),
    live: new Set(),
    publishing: new Set(),
    bakes: new Map([[bakeId, known(failed())]]),
    pointedTo: known(new Set()),
    shared: new Map(),
    recorded: new Map(),
    ...changes,
  };
}

/** `removed: …` or `code: …`, with the reason that a person reads. */
function verdictOf(leftover: Leftover, changes: Partial<JanitorFacts> = {}): string {
  const { removals, kept } = planJanitor(facts([leftover], changes), noon);
  return removals[0] === undefined ? `${kept[0]?.code}: ${kept[0]?.why}` : `removed: ${removals[0].why}`;
}

it.each<[string, Partial<EndedBake>, true | undefined]>([
  ['came to what was published', { status: 'unchanged' }, true],
  ['gave its place to a newer one', { status: 'rejected', failure: failure('superseded') }, true],
  ['was turned down', { status: 'rejected', failure: failure('disapproved') }, undefined],
  ['failed', {}, undefined],
])('what a bake leaves that %s is expected: %s', (_what, bake, expected) => {
  const { removals } = planJanitor(
    facts([a('image')], { bakes: new Map([[bakeId, known(failed(bake))]]) }),
    noon,
  );
  expect(removals.map((removal) => removal.expected)).toEqual([expected]);
});

describe('one thing', () => {
  const ended = (bake: EndedBake): Partial<JanitorFacts> => ({ bakes: new Map([[bakeId, known(bake)]]) });
  const unknownBake: Partial<JanitorFacts> = { bakes: new Map([[bakeId, known(undefined)]]) };
  const result = ended(failed({ status: 'ready', amis: { [region]: 'image-1' } }));
  const old = { createdAtMs: noon - 3 * dayMs };

  test.each<[string, Leftover, Partial<JanitorFacts>, string]>([
    [
      'of a bake that came to what was published',
      a('image'),
      ended(failed({ status: 'unchanged' })),
      `removed: bake ${bakeId} of web/x86_64 ended 2 h ago: unchanged`,
    ],
    [
      'of a bake whose place a newer one took',
      a('image'),
      ended(failed({ status: 'rejected', failure: failure('superseded') })),
      `removed: bake ${bakeId} of web/x86_64 ended 2 h ago: rejected`,
    ],
    ['of an ended bake', a('instance'), {}, `removed: bake ${bakeId} of web/x86_64 ended 2 h ago: failed`],
    ['of another bakery', a('instance', { tags: { ...ours, bakery: 'shop' } }), {}, 'not-ours: '],
    ['with no bakery', a('instance', { tags: { 'bakery:bake': bakeId } }), {}, 'not-ours: '],
    ['with no bake', a('instance', { tags: { bakery: 'platform' } }), {}, 'no-bake: '],
    ['with no tags', a('instance', { tags: {} }), {}, 'not-ours: '],
    [
      'that is going already',
      a('instance', { state: 'shutting-down' }),
      {},
      'gone: it is shutting-down already',
    ],
    [
      'of a bake that is being published',
      a('image'),
      { publishing: new Set([bakeId]) },
      `publishing: bake ${bakeId} is being published`,
    ],
    ['of a live bake', a('instance'), { live: new Set([bakeId]) }, `live: bake ${bakeId} is running`],
    ['whose bake was not looked up', a('instance'), { bakes: new Map() }, 'not-looked-up: '],
    [
      'whose bake could not be read',
      a('instance'),
      { bakes: new Map([[bakeId, unknown('throttled')]]) },
      `unread: bake ${bakeId} could not be read: throttled`,
    ],
    [
      'whose bake has just ended',
      a('instance'),
      ended(failed({ endedAtMs: noon - 29 * minuteMs })),
      `grace: bake ${bakeId} ended 29 min ago`,
    ],
    [
      'whose bake ended long enough ago',
      a('instance'),
      ended(failed({ endedAtMs: noon - 30 * minuteMs })),
      `removed: bake ${bakeId} of web/x86_64 ended 30 min ago: failed`,
    ],
    [
      'made after its bake ended',
      a('instance', { createdAtMs: noon - 60_000 }),
      {},
      'young: it was made 1 min ago',
    ],
    ['of a bake that has no end', a('instance'), ended(failed({ endedAtMs: undefined })), 'age-unknown: '],
    ['of an unknown bake, hours old', a('instance'), unknownBake, 'young: '],
    [
      'of an unknown bake, days old',
      a('instance', old),
      unknownBake,
      `removed: bake ${bakeId} is not in the ledger; it is 3 days old`,
    ],
    [
      'without a time, of an unknown bake: the id tells',
      a('security-group', { createdAtMs: undefined }),
      unknownBake,
      `young: bake ${bakeId} is not in the ledger; it is 180 min old, not a day yet`.replace(
        '180 min',
        '3 h',
      ),
    ],
    [
      'without a time, of an unknown bake whose id tells nothing',
      a('security-group', { createdAtMs: undefined, tags: { ...ours, 'bakery:bake': 'b-1' } }),
      { bakes: new Map([['b-1', known(undefined)]]) },
      'age-unknown: ',
    ],
    ['an AMI of an unknown bake, however old', a('image', old), unknownBake, 'unproven: '],
    ['a snapshot of an unknown bake, however old', a('snapshot', old), unknownBake, 'unproven: '],
    [
      'an AMI older than the bake whose tag it carries',
      a('image', old),
      {},
      'unproven: it was not made while',
    ],
    ['a snapshot older than the bake whose tag it carries', a('snapshot', old), {}, 'unproven: '],
    ['an AMI whose age is not told', a('image', { createdAtMs: undefined }), {}, 'unproven: '],
    ['that hangs on an instance', a('volume', { attachedTo: 'i-1' }), {}, 'in-use: it is attached to i-1'],
    ['a half-made AMI', a('image', { state: 'pending' }), {}, 'removed: '],
    [
      'an AMI that is the result of its bake',
      a('image'),
      result,
      `result: it is the result of bake ${bakeId}`,
    ],
    ['another AMI of a bake with a result', a('image', { id: 'image-2' }), result, 'removed: '],
    ['a snapshot of a bake with a result', a('snapshot'), result, `result: bake ${bakeId} has a result`],
    ['a key pair of a bake with a result', a('key-pair'), result, 'removed: '],
    ['an AMI a channel points to', a('image'), { pointedTo: known(new Set(['image-1'])) }, 'pointed-to: '],
    ['an AMI while channels are unknown', a('image'), { pointedTo: unknown('throttled') }, 'unread: '],
    ['an AMI that is shared', a('image'), { shared: new Map([['image-1', known(true)]]) }, 'shared: '],
    [
      'an AMI that nobody else may launch',
      a('image'),
      { shared: new Map([['image-1', known(false)]]) },
      'removed: ',
    ],
    ['an AMI that may be shared', a('image'), { shared: new Map([['image-1', unknown('no')]]) }, 'unread: '],
    [
      'an AMI that some bake has recorded, whatever its tags say',
      a('image', old),
      { ...unknownBake, recorded: new Map([['image-1', known(true)]]) },
      'result: ',
    ],
    [
      'an AMI that may be recorded',
      a('image'),
      { recorded: new Map([['image-1', unknown('no')]]) },
      'unread: ',
    ],
  ])('%s', (_, leftover, changes, expected) => {
    expect(verdictOf(leftover, changes)).toContain(expected);
  });
});

describe('several things', () => {
  test('go in an order in which EC2 lets them: what holds others first', () => {
    const all = [...leftoverKinds].reverse().map((kind) => a(kind));
    const { removals } = planJanitor(facts(all), noon);
    expect(removals.map(({ leftover }) => leftover.kind)).toEqual(leftoverKinds);
  });

  test('a snapshot stays with the AMI that is made of it, and goes with it', () => {
    const image = a('image', { snapshotIds: ['snapshot-1'] });
    const both = [image, a('snapshot')];
    expect(planJanitor(facts(both), noon).removals).toHaveLength(2);
    const { removals, kept } = planJanitor(
      facts(both, { shared: new Map([['image-1', known(true)]]) }),
      noon,
    );
    expect(removals).toEqual([]);
    expect(kept.map(({ code }) => code)).toEqual(['shared', 'in-use']);
  });

  test('AMIs that are not ours hold their snapshots as well', () => {
    const image = a('image', { tags: { 'bakery:bake': bakeId }, snapshotIds: ['snapshot-1'] });
    expect(planJanitor(facts([image, a('snapshot')]), noon).removals).toEqual([]);
  });

  test('the second AMI of a bake with a result takes its own snapshot along, not the result’s', () => {
    const ready = failed({ status: 'ready', amis: { [region]: 'image-1' } });
    const { removals } = planJanitor(
      facts(
        [
          a('image', { snapshotIds: ['snapshot-1'] }),
          a('image', { id: 'image-2', snapshotIds: ['snapshot-2'] }),
          a('snapshot'),
          a('snapshot', { id: 'snapshot-2' }),
        ],
        { bakes: new Map([[bakeId, known(ready)]]) },
      ),
      noon,
    );
    expect(removals.map(({ leftover }) => leftover.id)).toEqual(['image-2', 'snapshot-2']);
  });
});

describe('whatever is seen', () => {
  const bakeIds = ['b-live', 'b-ended', 'b-ready', 'b-unknown', 'b-unread', 'b-unasked'];
  const tagsOf = (constraints: object) =>
    fc.record(
      {
        bakery: fc.constantFrom('platform', 'platform', 'platform', 'shop'),
        'bakery:bake': fc.constantFrom(...bakeIds, 'b-ended', 'b-ended', 'b-unknown'),
        'bakery:image': fc.constant('web/x86_64'),
      },
      constraints,
    ) as fc.Arbitrary<Record<string, string>>;
  const arbitraryLeftover: fc.Arbitrary<Leftover> = fc.record({
    kind: fc.constantFrom(...leftoverKinds),
    region: fc.constantFrom(region, 'us-east-1'),
    id: fc.integer({ min: 0, max: 6 }).map((number) => `id-${number}`),
    tags: fc.oneof(
      { weight: 3, arbitrary: tagsOf({}) },
      { weight: 1, arbitrary: tagsOf({ requiredKeys: [] }) },
    ),
    state: fc.constantFrom('available', 'pending', 'running', 'terminated'),
    createdAtMs: fc.option(fc.integer({ min: noon - 4 * dayMs, max: noon }), { nil: undefined }),
    snapshotIds: fc.array(fc.constantFrom('id-0', 'id-1', 'id-2'), { maxLength: 2 }),
    attachedTo: fc.constantFrom(undefined, undefined, undefined, 'i-1'),
  });
  const arbitraryFacts: fc.Arbitrary<JanitorFacts> = fc
    .record({
      all: fc.array(arbitraryLeftover, { maxLength: 25 }),
      blind: fc.subarray([...leftoverKinds], { maxLength: 2 }),
      pointedTo: fc.option(fc.subarray(['id-0', 'id-1']), { nil: undefined, freq: 5 }),
      shared: fc.subarray(['id-2', 'id-3']),
      recorded: fc.subarray(['id-4', 'id-5']),
    })
    .map(({ all, blind, pointedTo, shared, recorded }) => ({
      ...facts(all),
      seen: ['eu-west-1', 'us-east-1'].flatMap((where) =>
        leftoverKinds.map((kind) => ({
          region: where,
          kind,
          resources:
            blind.includes(kind) && where === 'us-east-1'
              ? unknown('throttled')
              : known(all.filter((it) => it.kind === kind && it.region === where)),
        })),
      ),
      live: new Set(['b-live']),
      bakes: new Map<string, Known<EndedBake | undefined>>([
        ['b-ended', known(failed())],
        ['b-ready', known(failed({ status: 'ready', amis: { [region]: 'id-6' } }))],
        ['b-unknown', known(undefined)],
        ['b-unread', unknown('throttled')],
      ]),
      pointedTo: pointedTo === undefined ? unknown('throttled') : known(new Set(pointedTo)),
      shared: new Map(shared.map((id) => [id, known(true)])),
      recorded: new Map(recorded.map((id) => [id, known(true)])),
    }));
  const removed = (seen: JanitorFacts) => planJanitor(seen, noon).removals.map(({ leftover }) => leftover);
  const holds = (what: (removal: Leftover, seen: JanitorFacts) => boolean) =>
    fc.assert(
      fc.property(arbitraryFacts, (seen) => removed(seen).every((it) => what(it, seen))),
      {
        numRuns: 400,
      },
    );

  test('something is removed at all', () => {
    expect(fc.sample(arbitraryFacts, { numRuns: 100, seed: 1 }).flatMap(removed).length).toBeGreaterThan(20);
  });
  test('nothing goes that lacks one of the two tags, or carries another bakery’s', () => {
    holds(({ tags }) => tags['bakery'] === 'platform' && tags['bakery:bake'] !== undefined);
  });
  test('nothing goes that belongs to a live bake, or to one that was not read', () => {
    holds(({ tags }) => ['b-ended', 'b-ready', 'b-unknown'].includes(tags['bakery:bake']!));
  });
  test('no AMI goes that a channel points to, a bake has recorded, or somebody may launch', () => {
    holds(
      ({ kind, id, tags }, { pointedTo, shared, recorded }) =>
        kind !== 'image' ||
        (pointedTo.known &&
          !pointedTo.value.has(id) &&
          !shared.has(id) &&
          !recorded.has(id) &&
          !(id === 'id-6' && tags['bakery:bake'] === 'b-ready')),
    );
  });
  test('no snapshot goes of which an AMI that stays is made', () => {
    holds((removal, seen) => {
      if (removal.kind !== 'snapshot') return true;
      const { kept } = planJanitor(seen, noon);
      return !kept.some(
        ({ leftover }) => leftover.snapshotIds?.includes(removal.id) && leftover.kind === 'image',
      );
    });
  });
  test('of a kind that was not read in every region nothing goes; without AMIs no snapshot', () => {
    holds(({ kind }, { seen }) => {
      const unread = new Set(seen.flatMap((it) => (it.resources.known ? [] : it.kind)));
      return !unread.has(kind) && !(kind === 'snapshot' && unread.has('image'));
    });
  });
  test('everything that was seen is either removed or kept, once, with a reason', () => {
    fc.assert(
      fc.property(arbitraryFacts, (seen) => {
        const { removals, kept } = planJanitor(seen, noon);
        const count = seen.seen.flatMap(({ resources }) => (resources.known ? resources.value : [])).length;
        return (
          removals.length + kept.length === count && [...removals, ...kept].every(({ why }) => why !== '')
        );
      }),
    );
  });
});

test('the id of a bake tells when it was claimed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 48 - 1 }), (ms) => {
      return claimedAtMsOf(`b-${monotonicFactory(() => 0)(ms).toLowerCase()}`) === ms;
    }),
  );
  for (const text of ['', 'b-1', 'b-zzzzzzzzzzzzzzzzzzzzzzzzzz', bakeId.slice(2), `${bakeId}0`]) {
    expect(claimedAtMsOf(text)).toBeUndefined();
  }
});
