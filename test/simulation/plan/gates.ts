import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import type { FaultKind } from '../contract';
import { groups, type SimCatalog, type SimImage } from './catalog';
import { furtherOf, promoteOf } from './channels';
import { Draw } from './draw';
import { timezones, type Edit } from './edit';
import type { Fault, Happening, Life, Plan, PlannedAccount } from './plan';

/** Chosen so that the seeds that were kept before there were gates have none, and are what they were. */
const salt = 2_663_064_725;

/** Of the seeds. */
const share = 0.5;

type Frame = Pick<Plan, 'startMs' | 'lifeMs'>;

/**
 * Tests, approval, several channels and windows, with what people do about them. Drawn apart, so that everything else of
 * a seed stays as it is.
 * @param faults the kinds that may strike
 */
export function addGates(plan: Plan, faults: ReadonlySet<FaultKind>): Plan {
  const draw = new Draw(Math.imul(plan.seed + 1, salt) >>> 0);
  if (!draw.likely(share)) return plan;
  const lifeMs = plan.lifeMs + draw.between(0, 60) * minuteMs;
  const frame = { startMs: plan.startMs, lifeMs };
  for (const account of plan.accounts) gate(draw, account, frame);
  for (const account of plan.accounts) follow(draw, account, plan.accounts);
  const bakeries = plan.accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
  const more = [
    ...edits(draw, bakeries, frame),
    ...people(draw, bakeries, plan.accounts, frame),
    ...failures(draw, bakeries, frame, faults),
  ];
  const all = [...plan.happenings, ...more].sort((a, b) => a.atMs - b.atMs);
  return { ...plan, lifeMs, happenings: all.map((happening, id) => ({ ...happening, id })) };
}

function gate(draw: Draw, account: PlannedAccount, frame: Frame): void {
  if (account.role !== 'bakery') return;
  if (draw.likely(0.04)) account.cannotTest = true;
  const everybodys = draw.likely(0.25) ? windowOf(draw, frame) : undefined;
  for (const image of account.catalog.images) {
    if (draw.likely(0.35)) image.test = { content: 0, isInput: draw.likely(0.3) };
    if (draw.likely(0.25)) image.approval = approvalOf(draw);
    if (draw.likely(0.45)) {
      image.further = furtherOf(image, draw.below(100));
      if (draw.likely(0.8)) image.promote = promoteOf(draw.below(100));
    }
    const window = everybodys ?? (draw.likely(0.08) ? windowOf(draw, frame) : undefined);
    if (window !== undefined) image.window = window;
  }
}

const approvalOf = (draw: Draw): SimImage['approval'] => ({
  by: draw.likely(0.03) ? 'strangers' : draw.one(groups),
  expiresMinutes: draw.one([15, 45, 180, 3 * 24 * 60]),
});

/** Half of them open or close while things go on; the others are some hours of some place, also on nights when clocks change. */
function windowOf(draw: Draw, { startMs, lifeMs }: Frame): NonNullable<SimImage['window']> {
  if (draw.likely(0.6)) {
    const fromMs = startMs + draw.between(-180, Math.floor(lifeMs / minuteMs)) * minuteMs;
    const toMs = fromMs + draw.between(20, 8 * 60) * minuteMs;
    return { from: clockOf(fromMs), to: clockOf(toMs), timezone: 'UTC' };
  }
  const from = draw.between(0, 23);
  const to = (from + draw.between(1, 12)) % 24;
  const minute = draw.one(['00', '15', '30']);
  return { from: `${two(from)}:${minute}`, to: `${two(to)}:${minute}`, timezone: draw.one(timezones) };
}

const two = (number: number): string => String(number).padStart(2, '0');
const clockOf = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

/** What is built on an image that has further channels, or mirrors it, often follows one of those. */
function follow(draw: Draw, account: PlannedAccount, all: PlannedAccount[]): void {
  const furtherIn = ({ images }: SimCatalog, name: string): string[] =>
    images.find((image) => image.name === name)?.further ?? [];
  const upstream = (bakery: string, image: string): string[] => {
    const catalog = all.find((other) => other.bakery === bakery)?.catalog;
    return catalog === undefined ? [] : furtherIn(catalog, image);
  };
  for (const { base } of account.catalog.images) {
    if (!draw.likely(0.5)) continue;
    if (base.kind === 'image') {
      const further = furtherIn(account.catalog, base.name);
      if (further.length > 0) base.channel = draw.one(further);
    }
    if (base.kind === 'upstream') {
      const further = upstream(base.bakery, base.image);
      if (further.length > 0) base.channel = draw.one(further);
    }
  }
  account.mirrors = account.mirrors.map((mirror) => {
    const further = upstream(mirror.bakery, mirror.image);
    return further.length > 0 && draw.likely(0.5) ? { ...mirror, channel: draw.one(further) } : mirror;
  });
}

const editWeights: Partial<Record<Edit['kind'], number>> = {
  test: 4,
  approval: 2,
  channels: 3,
  promote: 3,
  window: 2,
  follow: 2,
  // What there is to be tested, approved and promoted.
  content: 6,
  revert: 3,
};

function edits(draw: Draw, bakeries: number[], { lifeMs }: Frame): Happening[] {
  return Array.from({ length: draw.between(0, 4) }, (_, n): Happening => {
    const kind = draw.weighted(editWeights as Record<Edit['kind'], number>);
    const edit: Edit = { kind, pick: draw.below(1_000), fresh: 30_000 + n * 11 + draw.below(11) };
    return { id: 0, atMs: draw.below(lifeMs), do: 'push', account: draw.one(bakeries), edit };
  });
}

function people(draw: Draw, bakeries: number[], accounts: PlannedAccount[], { lifeMs }: Frame): Happening[] {
  const steering = Array.from({ length: draw.between(1, 6) }, (): Happening => {
    const life: Life = {
      do: 'steer',
      account: draw.one(bakeries),
      command: draw.weighted({ rollback: 30, pin: 10, unpin: 16, promote: 24, approve: 10, reject: 6 }),
      pick: draw.below(1_000),
      channel: draw.below(12),
      until: draw.likely(0.3) ? 'base' : 'commit',
      named: draw.likely(0.3),
      times: draw.one([1, 1, 1, 2]),
      apartMs: draw.one([0, 0, 3_000, 10 * minuteMs]),
    };
    return { id: 0, atMs: draw.between(Math.floor(lifeMs / 6), lifeMs - 1), ...life };
  });
  const approvers = bakeries.flatMap((account): Happening[] => {
    const asked = accounts[account]!.catalog.images.some(({ approval }) => approval !== undefined);
    if (!asked || draw.likely(0.15)) return [];
    return Array.from({ length: draw.one([1, 1, 2]) }, (): Happening => ({
      id: 0,
      atMs: draw.below(Math.floor(lifeMs / 2)),
      do: 'approver',
      account,
      group: draw.weighted({ leads: 45, owners: 45, strangers: 5, '': 5 }),
      everyMs: draw.between(2, 50) * minuteMs,
      habit: draw.weighted({ approves: 50, rejects: 10, either: 20, twice: 10, 'with-another': 10 }),
    }));
  });
  return [...steering, ...approvers];
}

const testFaults = ['test-fails', 'test-comes-to-nothing', 'test-stuck'] as const;

/** A test that failed is not made again, so that fewer strikes of those find one. */
const moreTestFaults: Record<(typeof testFaults)[number], number> = {
  'test-fails': 45,
  'test-comes-to-nothing': 35,
  'test-stuck': 20,
};

function failures(
  draw: Draw,
  bakeries: number[],
  { lifeMs }: Frame,
  faults: ReadonlySet<FaultKind>,
): Happening[] {
  const failure = (kindOf: () => Fault['kind']): Happening & Fault => ({
    id: 0,
    // Most tests are made early in a life.
    atMs: Math.floor(draw.below(lifeMs) / 2),
    do: 'fault',
    kind: kindOf(),
    account: draw.one(bakeries),
    times: 2 * draw.one([1, 1, 2, 4]),
    nth: draw.one([1, 1, 2]),
    pick: draw.below(1_000),
    ms: draw.below(2 * hourMs),
  });
  const drawn = [
    ...Array.from({ length: draw.between(0, 3) }, () => failure(() => draw.one(testFaults))),
    ...Array.from({ length: draw.between(0, 2) }, () => failure(() => draw.weighted(moreTestFaults))),
  ];
  return drawn.filter(({ kind }) => faults.has(kind));
}
