import pLimit from 'p-limit';
import type { AmiReference, RetiringAmi, UsageReport } from '../../aws/edges';
import { known, unknown, type Known } from '../../definitions/known';
import type { AmiFacts, PastBake } from '../../lifecycle/retention-facts';
import { asKnown } from './as-known';
import type { RetireDeps } from './deps';

/** Calls under way at once. */
const concurrency = 12;

interface OfRegion {
  amis: Known<Map<string, RetiringAmi>>;
  /** In account, and by Auto Scaling: one that was not read makes both unknown. */
  references: Known<AmiReference[]>;
  usage: Known<UsageReport[]>;
}

/** What AWS knows of the AMIs of these bakes, in each of their regions, every page of it. */
export async function askAws(
  deps: RetireDeps,
  bakes: readonly PastBake[],
): Promise<ReadonlyMap<string, AmiFacts>> {
  const byRegion = new Map<string, PastBake[]>();
  for (const bake of bakes) {
    for (const region of Object.keys(bake.amis))
      byRegion.set(region, [...(byRegion.get(region) ?? []), bake]);
  }
  const facts = new Map<string, AmiFacts>();
  const limit = pLimit(concurrency);
  for (const [region, there] of byRegion) {
    const seen = await askRegion(deps, region, there);
    await Promise.all(
      there.map((bake) =>
        limit(async () => {
          const amiId = bake.amis[region]!;
          facts.set(amiId, await factsOf(deps, region, amiId, seen));
        }),
      ),
    );
  }
  return facts;
}

async function askRegion(deps: RetireDeps, region: string, bakes: PastBake[]): Promise<OfRegion> {
  const ids = bakes.map(({ amis }) => amis[region]!);
  const amis = await asKnown(() => deps.retirement.look(region, ids));
  if (!amis.known) return { amis, references: amis, usage: amis };
  // Of AMIs that are gone there is nothing to read, and EC2 may refuse to look for them.
  const there = ids.filter((id) => amis.value.has(id));
  // Other accounts' use matters from the first stage on: to deprecate takes nothing from anybody.
  const outOfUse = bakes.filter(({ status }) => status !== 'ready').map(({ amis: its }) => its[region]!);
  const [inAccount, byScaling, usage] = await Promise.all([
    asKnown(async () => (there.length === 0 ? [] : deps.references.find(region, there))),
    asKnown(async () => (there.length === 0 ? [] : deps.scaling.all(region))),
    asKnown(async () => {
      const asked = there.filter((id) => outOfUse.includes(id));
      return asked.length === 0 ? [] : deps.references.usage(region, asked);
    }),
  ]);
  return { amis, references: both(inAccount, byScaling), usage };
}

function both(a: Known<AmiReference[]>, b: Known<AmiReference[]>): OfRegion['references'] {
  // What is known to refer to something keeps it, whatever else is not known.
  if (a.known && b.known) return known([...a.value, ...b.value]);
  return a.known ? b : a;
}

async function factsOf(
  { retirement }: RetireDeps,
  region: string,
  amiId: string,
  { amis, references, usage }: OfRegion,
): Promise<AmiFacts> {
  if (!amis.known) return { ami: amis, references: amis, sharedWith: amis, usage: amis };
  const ami = amis.value.get(amiId);
  const sharedWith =
    // Only an available one can have launch permissions.
    ami?.state === 'available'
      ? await asKnown(() => retirement.sharedWith(region, amiId))
      : known<string[]>([]);
  return {
    ami: known(ami),
    references: references.known
      ? known(references.value.filter((it) => it.amiId === amiId).map(({ by }) => by))
      : unknown(references.why),
    sharedWith,
    usage: usage.known ? known(usage.value.filter((it) => it.amiId === amiId)) : unknown(usage.why),
  };
}
