import { dayMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import type { Channel, Published } from '../../src/lib/lifecycle/channel';
import { newImageRecord } from '../../src/lib/lifecycle/image-record';
import { planRetention } from '../../src/lib/lifecycle/retention';
import type {
  AmiFacts,
  ImageRetention,
  PastBake,
  RetentionFacts,
  RetentionVerdict,
} from '../../src/lib/lifecycle/retention-facts';

export const now = Date.parse('2026-11-22T05:00:00Z');
export const web = 'web/arm64';
export const base = 'base/arm64';

/** `b-090`: a bake of web that ended 90 days ago. */
export function bake(daysAgo: number, changes: Partial<PastBake> = {}): PastBake {
  const id = `b-${String(1_000 - daysAgo)}`;
  return {
    id,
    image: web,
    status: 'ready',
    amis: { 'eu-west-1': `ami-${id}` },
    ancestors: [],
    endedAtMs: now - daysAgo * dayMs,
    inputHash: `hash-${id}`,
    ...changes,
  };
}

/** A bake that came into its status some days ago. */
export const retired = (status: BakeStatus, daysInIt: number, changes: Partial<PastBake> = {}): PastBake => {
  const sinceMs = now - daysInIt * dayMs;
  return bake(100, {
    status,
    retirement: { sinceMs, readAtMs: sinceMs, why: 'old', settled: true },
    ...changes,
  });
};

export const published = ({ id, amis }: Pick<PastBake, 'id' | 'amis'>): Published =>
  ({ bakeId: id, amis, image: web }) as unknown as Published;

export const channel = (current: PastBake | undefined, more: Partial<Channel> = {}): Channel => ({
  announcedSequence: 1,
  lastSequence: 1,
  ...(current === undefined ? {} : { current: published(current) }),
  ...more,
});

/** Twelve young bakes, so that a few old ones are not a large part of the image; the newest is in the channel. */
export function image(old: PastBake[], changes: Partial<ImageRetention> = {}): ImageRetention {
  const young = Array.from({ length: 12 }, (_, index) => bake(index + 1));
  const bakes = [...young, ...old].sort((a, b) => (a.id < b.id ? 1 : -1));
  return {
    key: web,
    record: { ...newImageRecord(web), channels: { stable: channel(bakes[0]) } },
    channels: ['stable'],
    retain: { count: 3, days: 30 },
    bakes,
    ...changes,
  };
}

export const free: AmiFacts = {
  ami: known({ amiId: 'ami', state: 'available' }),
  references: known([]),
  sharedWith: known([]),
  usage: known([{ amiId: 'ami', state: 'available', createdAtMs: now, usedBy: [] }]),
};

/** Nothing outside the ledger uses anything, but where `amis` says so. */
export function facts(
  images: ImageRetention[],
  changes: { amis?: Record<string, AmiFacts> } & Partial<Omit<RetentionFacts, 'images' | 'amis'>> = {},
): RetentionFacts {
  const { amis = {}, ...rest } = changes;
  const all = images.flatMap(({ bakes }) => bakes.flatMap((one) => Object.values(one.amis)));
  return {
    images,
    named: [],
    amis: new Map(all.map((amiId) => [amiId, amis[amiId] ?? freeAs(images, amiId)])),
    granted: new Map(),
    maxRetirementsPerRun: 20,
    ...rest,
  };
}

function freeAs(images: ImageRetention[], amiId: string): AmiFacts {
  const of = images.flatMap(({ bakes }) => bakes).find(({ amis }) => Object.values(amis).includes(amiId));
  const state = of?.status === 'disabled' ? ('disabled' as const) : ('available' as const);
  return { ...free, ami: known({ amiId, state }) };
}

/** What becomes of one bake. */
export const verdictOf = (world: RetentionFacts, { id }: PastBake): RetentionVerdict =>
  planRetention(world, new Map(), now).verdicts.find((one) => one.bake.id === id)!;

/** What becomes of one bake, whole, in an otherwise ordinary image; `amis` is what AWS says of its AMIs. */
export function judged(
  one: PastBake,
  changes: Partial<ImageRetention> = {},
  amis: Record<string, Partial<AmiFacts>> = {},
): Omit<RetentionVerdict, 'bake'> {
  const usual = facts([image([one])]).amis;
  const its = Object.fromEntries(
    Object.entries(amis).map(([id, change]) => [id, { ...usual.get(id)!, ...change }]),
  );
  const { bake: _bake, ...verdict } = verdictOf(facts([image([one], changes)], { amis: its }), one);
  return verdict;
}
