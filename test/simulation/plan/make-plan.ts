import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { faultKinds, type FaultKind } from '../contract';
import {
  families,
  farRegions,
  homeRegion,
  type Architecture,
  type SimBase,
  type SimCatalog,
  type SimImage,
} from './catalog';
import { Draw } from './draw';
import { timezones, type Edit } from './edit';
import { addGates } from './gates';
import { addNights } from './nights';
import { addRetention } from './retention';
import type { Fault, Happening, Life, Plan, PlannedAccount } from './plan';
import { addRevocations } from './revocations';

/** @param faults the kinds that may strike */
export function makePlan(seed: number, faults: ReadonlySet<FaultKind>): Plan {
  const draw = new Draw(seed * 2_654_435_761);
  const size = draw.weighted({ small: 88, middle: 11, big: 1 });
  const lifeMs = Math.round(lifeHours[size](draw) * hourMs);
  const accounts = makeAccounts(draw, size);
  const services = {
    validationMs: draw.one([250, 2_000, 30_000]),
    readLagMs: draw.one([0, 0, 500, 3_000]),
    refuseConcurrentWrites: draw.likely(0.3),
    imageReadyMs: draw.one([200, 5_000, 120_000]),
    shareDelayMs: draw.one([0, 0, 2_000, 60_000]),
    eventJitterMs: draw.one([0, 500, 5_000]),
    pageBytes: draw.one([4_096, 65_536, 1_048_576]),
    longestBuildMs: draw.one([2, 10, 25]) * minuteMs,
  };
  const plan = {
    seed,
    size,
    startMs: startOf(draw),
    lifeMs,
    tickEveryMs: (size === 'small' ? draw.one([5, 5, 10]) : 15) * minuteMs,
    accounts,
    services,
    happenings: makeHappenings(draw, { size, lifeMs, accounts, faults }),
  };
  const distributed = { ...plan, ...makeDistribution(new Draw(seed * 2_246_822_519 + 1), plan) };
  return addRetention(addRevocations(addNights(addGates(distributed, faults))));
}

/** Drawn apart, so that everything else of a seed stays as it is. */
function makeDistribution(
  draw: Draw,
  { accounts, happenings, lifeMs }: Pick<Plan, 'accounts' | 'happenings' | 'lifeMs'>,
): Pick<Plan, 'copies' | 'happenings'> {
  const travels = draw.likely(0.35);
  const copies = {
    travels,
    readyMs: draw.one([200, minuteMs, 12 * minuteMs]),
    showDelayMs: travels ? draw.one([0, 0, 1_000, 30_000]) : 0,
    atOnce: draw.one([1, 3, 100]),
    failing: Array.from({ length: draw.one([0, 0, 1, 3, 6]) }, () => draw.between(1, 8)),
  };
  if (!travels) return { copies, happenings };
  for (const image of accounts.flatMap(({ catalog }) => catalog.images)) {
    if (!draw.likely(0.4)) continue;
    const regions = [homeRegion, ...farRegions].filter((_, index) => draw.likely([0.4, 0.8, 0.2][index]!));
    if (regions.length > 0)
      image.regions = regions.map((region) => ({ region, encrypted: draw.likely(0.5) }));
  }
  const bakeries = accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
  const edits = Array.from({ length: draw.between(0, 2) }, (_, n): Happening => {
    const edit: Edit = { kind: 'regions', pick: draw.below(1_000), fresh: 10_000 + n * 7 + draw.below(7) };
    return { id: 0, atMs: draw.below(lifeMs), do: 'push', account: draw.one(bakeries), edit };
  });
  const all = [...happenings, ...edits].sort((a, b) => a.atMs - b.atMs);
  return { copies, happenings: all.map((happening, id) => ({ ...happening, id })) };
}

const lifeHours = {
  small: (draw: Draw) => draw.between(5, 20) / 10,
  middle: (draw: Draw) => draw.between(3, 10),
  big: (draw: Draw) => draw.between(10, 26),
};

/** Before nights in which clocks change, and on any day. */
function startOf(draw: Draw): number {
  const day = draw.likely(0.3)
    ? draw.one(['2026-03-28', '2026-10-24', '2026-03-07', '2026-10-31', '2026-10-03', '2026-04-04'])
    : `2026-${String(draw.between(1, 12)).padStart(2, '0')}-${String(draw.between(1, 28)).padStart(2, '0')}`;
  return Date.parse(`${day}T00:00:00Z`) + draw.between(0, 47) * 30 * minuteMs;
}

function makeAccounts(draw: Draw, size: Plan['size']): PlannedAccount[] {
  const count = { small: draw.between(1, 3), middle: draw.between(2, 4), big: draw.between(3, 6) }[size];
  const imagesAtMost = {
    small: draw.between(1, 5),
    middle: draw.between(4, 12),
    big: draw.between(12, 40),
  }[size];
  const accounts: PlannedAccount[] = [];
  for (let index = 0; index < count; index += 1) {
    const role = index > 0 && draw.likely(0.25) ? 'consumer' : 'bakery';
    const earlier = accounts.flatMap((account, at) => (account.role === 'bakery' ? [at] : []));
    const follows = earlier.filter((_, at) => at === 0 || draw.likely(0.5));
    accounts.push({
      id: String(index + 1).repeat(12),
      bakery: `b${index + 1}`,
      role,
      follows: index === 0 ? [] : role === 'consumer' && follows.length === 0 ? [0] : follows,
      maxConcurrentBuilds: draw.one([1, 2, 4, 10]),
      catalog: { images: [], common: 0, commit: 0, broken: false },
      mirrors: [],
    });
  }
  // Sometimes the first follows a later one: a circle.
  const later = accounts.findIndex(({ role }, index) => index > 0 && role === 'bakery');
  if (later > 0 && draw.likely(0.4)) accounts[0]!.follows = [later];
  const ids = accounts.map(({ id }) => id);
  for (const account of accounts) {
    if (account.role === 'consumer') account.mirrors = makeMirrors(draw, account, accounts);
    else {
      const upstreams = account.follows
        .map((at) => accounts[at]!)
        .filter(({ catalog }) => catalog.images.length);
      account.catalog = makeCatalog(
        draw,
        imagesAtMost,
        upstreams,
        ids.filter((id) => id !== account.id),
      );
    }
  }
  return accounts;
}

function makeMirrors(draw: Draw, { follows }: PlannedAccount, all: PlannedAccount[]) {
  const upstreams = follows.map((at) => all[at]!);
  const channels = upstreams.flatMap(({ bakery, catalog }) =>
    catalog.images.flatMap(({ name, architectures, channel }) =>
      architectures.map((architecture) => ({ bakery, image: name, architecture, channel })),
    ),
  );
  const some = channels.filter(() => draw.likely(0.5)).slice(0, 5);
  const seen = new Set<string>();
  return (some.length > 0 ? some : channels.slice(0, 1)).map((mirror) => {
    const { bakery, image, architecture, channel } = mirror;
    const place = `${image}/${architecture}/${channel}`;
    if (seen.has(place)) return { ...mirror, parameter: `/bakery/${bakery}/${place}` };
    seen.add(place);
    return mirror;
  });
}

function makeCatalog(draw: Draw, atMost: number, upstreams: PlannedAccount[], others: string[]): SimCatalog {
  const images: SimImage[] = [];
  const depth = new Map<string, number>();
  const count = draw.between(1, atMost);
  for (let index = 0; index < count; index += 1) {
    const name = `${draw.one(['base', 'web', 'app', 'db', 'job'])}-${index}`;
    const parents = images.filter((image) => (depth.get(image.name) ?? 0) < 6);
    const parent = parents.length > 0 && draw.likely(0.7) ? draw.one(parents) : undefined;
    const architectures: Architecture[] =
      parent?.architectures ?? draw.one<Architecture[]>([['x86_64'], ['x86_64'], ['x86_64', 'arm64']]);
    const base =
      parent === undefined ? rootBase(draw, upstreams) : ({ kind: 'image', name: parent.name } as const);
    depth.set(name, parent === undefined ? 1 : depth.get(parent.name)! + 1);
    images.push({
      name,
      base,
      architectures: draw.likely(0.8) ? [...architectures] : architectures.slice(0, 1),
      ...(draw.likely(0.25) ? { schedule: { cron: nightly(draw), timezone: draw.one(timezones) } } : {}),
      channel: draw.likely(0.9) ? 'stable' : 'candidate',
      share: draw.likely(0.6) ? others : [],
      content: 0,
      usesCommon: draw.likely(0.3),
      variable: 0,
      epoch: 0,
      tag: 0,
    });
  }
  return { images, common: 0, commit: 0, broken: false };
}

const nightly = (draw: Draw): string => `${draw.one([0, 15, 30, 45])} ${draw.between(0, 5)} * * *`;

function rootBase(draw: Draw, upstreams: PlannedAccount[]): SimBase {
  const channels = upstreams.flatMap(({ bakery, catalog }) =>
    catalog.images.map(({ name, channel }): SimBase => ({ kind: 'upstream', bakery, image: name, channel })),
  );
  if (channels.length > 0 && draw.likely(0.65)) return draw.one(channels);
  return draw.one<SimBase>([
    ...families.map((_, family): SimBase => ({ kind: 'ssm', family })),
    ...families.map((_, family): SimBase => ({ kind: 'ssm', family })),
    { kind: 'ami-filter', family: 0 },
    { kind: 'ami-filter', family: 2 },
    { kind: 'template' },
  ]);
}

interface Frame {
  size: Plan['size'];
  lifeMs: number;
  accounts: PlannedAccount[];
  faults: ReadonlySet<FaultKind>;
}

function makeHappenings(draw: Draw, frame: Frame): Happening[] {
  const { size, lifeMs, accounts } = frame;
  const all: Happening[] = [];
  const bakeries = accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
  const bursts = { small: draw.between(1, 4), middle: draw.between(3, 8), big: draw.between(6, 14) }[size];
  for (let burst = 0; burst < bursts; burst += 1) {
    const burstMs = burst === 0 ? 0 : draw.below(lifeMs);
    const lives = draw.between(burst === 0 ? 0 : 1, 4);
    for (let n = 0; n < lives; n += 1) {
      all.push({ id: 0, atMs: near(draw, burstMs, lifeMs), ...makeLife(draw, bakeries, all.length) });
    }
    const kinds = faultKinds.filter((kind) => frame.faults.has(kind));
    const strikes = kinds.length === 0 || draw.likely(0.1) ? 0 : draw.between(1, 5);
    for (let n = 0; n < strikes; n += 1) {
      const kind = draw.weighted(
        Object.fromEntries(kinds.map((one) => [one, weights[one] ?? 2])) as Record<FaultKind, number>,
      );
      all.push({
        id: 0,
        atMs: near(draw, burstMs, lifeMs),
        ...makeFault(draw, kind, accounts.length, bakeries),
      });
    }
  }
  return all.sort((a, b) => a.atMs - b.atMs).map((happening, id) => ({ ...happening, id }));
}

const near = (draw: Draw, atMs: number, lifeMs: number): number =>
  Math.min(lifeMs - 1, atMs + draw.below(draw.one([5_000, 2 * minuteMs, 20 * minuteMs])));

const editWeights: Record<Edit['kind'], number> = {
  content: 30,
  common: 6,
  readme: 5,
  variable: 6,
  epoch: 3,
  tags: 5,
  share: 8,
  // Drawn apart.
  regions: 0,
  test: 0,
  approval: 0,
  channels: 0,
  promote: 0,
  window: 0,
  follow: 0,
  schedule: 5,
  rebase: 6,
  add: 5,
  remove: 5,
  rename: 6,
  break: 6,
  repair: 8,
  revert: 10,
  'force-push': 5,
};

function makeLife(draw: Draw, bakeries: number[], fresh: number): Life {
  const account = draw.one(bakeries);
  const pick = draw.below(1_000);
  switch (draw.weighted({ push: 60, vendor: 8, command: 12, quota: 3, redeploy: 4, schema: 2, tamper: 11 })) {
    case 'push':
      return { do: 'push', account, edit: { kind: draw.weighted(editWeights), pick, fresh: fresh + 1 } };
    case 'vendor':
      return {
        do: 'vendor-ami',
        family: draw.below(families.length),
        architecture: draw.one(['x86_64', 'arm64']),
        both: draw.likely(0.7),
      };
    case 'command':
      return {
        do: 'command',
        account,
        command: draw.weighted({ bake: 50, pause: 20, resume: 20, adopt: 10 }),
        pick,
        whole: draw.likely(0.2),
      };
    case 'quota':
      return { do: 'quota', account, builds: draw.between(0, 3) };
    case 'redeploy':
      return {
        do: 'redeploy',
        account,
        change: draw.one(['slots', 'ceilings-less', 'ceilings-more']),
        value: draw.between(1, 6),
      };
    case 'schema':
      return { do: 'newer-schema', account, pick, minutes: draw.between(5, 40) };
    case 'tamper':
      return {
        do: 'tamper',
        account,
        what: draw.one([
          'parameter',
          'parameter-deleted',
          'ami-deregistered',
          'ami-unshared',
          'build-stopped',
        ]),
        pick,
      };
  }
}

/** How often kinds are put in, where not like the others: some find nothing to strike, some strike at everything. */
const weights: Partial<Record<FaultKind, number>> = {
  'event-lost': 1,
  'event-late': 1.5,
  'event-reordered': 1.5,
  'queue-at-once': 1.5,
  'call-throttled': 1.5,
  'call-slow': 1,
  'read-stale': 2,
  'write-late': 4.5,
  'parameter-never-takes': 4,
  'parameter-history-full': 3.5,
  'build-fails': 3,
  'build-fault': 4,
  'build-stuck': 5,
  'build-stopped': 6,
  // Drawn apart.
  'test-fails': 0,
  'test-comes-to-nothing': 0,
  'test-stuck': 0,
  'build-told-twice': 2.5,
  'build-twice': 3.5,
  'announcement-forged': 3.5,
  'announcement-old': 3.5,
  'announcement-future': 3.5,
  'announcement-oversized': 3.5,
  'table-restored': 2.2,
};

/** How far off, by kind: delay of an event, skew of a clock, age of a backup. */
const spans: Partial<Record<FaultKind, [fromMs: number, toMs: number]>> = {
  'event-late': [hourMs, 5 * hourMs],
  'event-reordered': [2_000, 90_000],
  'event-doubled': [0, 10 * minuteMs],
  'queue-twice': [30_000, 10 * minuteMs],
  'call-slow': [50, 4_000],
  'write-late': [5_000, 6 * minuteMs],
  'read-stale': [1_000, 60_000],
  'lying-clock': [-5 * minuteMs, 5 * minuteMs],
  'table-restored': [5 * minuteMs, 90 * minuteMs],
  'build-told-twice': [1_000, 30 * minuteMs],
};

function makeFault(draw: Draw, kind: FaultKind, accounts: number, bakeries: number[]): Fault {
  const [fromMs, toMs] = spans[kind] ?? [0, 10 * minuteMs];
  const ofBakeries = /^(build|announcement)/.test(kind);
  return {
    do: 'fault',
    kind,
    account: ofBakeries ? draw.one(bakeries) : draw.below(accounts),
    times: draw.one([1, 1, 1, 2, 5]),
    nth: draw.one([1, 1, 2, draw.between(1, 10), draw.between(1, 40)]),
    pick: draw.below(1_000),
    ms: draw.between(fromMs, toMs),
  };
}
