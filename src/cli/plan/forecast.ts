import type { Catalog, ImageDefinition, ImageKey, Share } from '../../lib/definitions/catalog';
import { known } from '../../lib/definitions/known';
import { minuteMs } from '../../lib/definitions/instant';
import type { Channel, Published } from '../../lib/lifecycle/channel';
import { newImageRecord } from '../../lib/lifecycle/image-record';
import type { Decision, Plan } from '../../lib/planning/decision';
import { firstChannel } from '../../lib/planning/desired';
import { plan } from '../../lib/planning/plan';
import { policyDigest } from '../../lib/planning/policy-digest';
import type { CatalogInForce, Policy, Snapshot } from '../../lib/planning/snapshot';
import { bakedAmi, everywhere, imaginedBakes, imaginedBases, imaginedRecords, nowhere } from './imagined';

/** What a push does to one image. */
export interface Foreseen {
  image: ImageKey;
  /** What is done in the end, or the decision that nothing is done. */
  decision: Decision;
  /** 1-based: what has the same number goes on side by side. Absent where nothing is done. */
  step?: number;
}

/** Enough for the longest line of images that bakery.yml takes; a plan that does not settle is a mistake. */
const mostSteps = 10_001;

/**
 * Plans, does in thought what the plan says, and plans again, until nothing is left to do: the same `plan()` that the
 * bakery runs, over a ledger that is made up from commits. Images of the pushed commit come first, bases before what is
 * built on them.
 */
export function forecast(
  to: CatalogInForce,
  before: CatalogInForce | undefined,
  earlier: readonly CatalogInForce[],
  nowMs: number,
): Foreseen[] {
  const reusable = bakesByInput([...(before === undefined ? [] : [before]), ...earlier], nowMs);
  const snapshot: Snapshot = {
    nowMs,
    policy: {
      ...nowhere,
      mode: 'bake',
      maxConcurrentBuilds: Number.MAX_SAFE_INTEGER,
      maxWaitMs: Number.MAX_SAFE_INTEGER,
      parameterPrefix: '',
      ceilings: everything(to.catalog),
    },
    catalog: known(to),
    records: before === undefined ? {} : imaginedRecords(before, to.catalog, nowMs),
    bases: imaginedBases(to.catalog),
    reusable: {},
    freshBakes: [],
    slotsInUse: 0,
  };
  const foreseen = new Map<ImageKey, Foreseen>();
  for (let step = 1; step <= mostSteps; step += 1) {
    const decided = planWith(snapshot, reusable);
    if (note(decided, foreseen, step) === 0) return [...foreseen.values()];
    apply(decided, snapshot, to.catalog);
  }
  throw new Error(`The plan of commit ${to.commitId} does not settle.`);
}

/** Keeps what is done, and the last word on what is not. Answers how much is done. */
function note({ decisions }: Plan, foreseen: Map<ImageKey, Foreseen>, step: number): number {
  let done = 0;
  for (const [image, decision] of Object.entries(decisions) as [ImageKey, Decision][]) {
    const known = foreseen.get(image);
    const acts = decision.kind === 'bake' || decision.kind === 'reuse' || decision.kind === 'amend';
    if (acts) done += 1;
    // An image that is amended first, because its base is not baked yet, is amended by its bake.
    if (known?.step !== undefined && !(acts && known.decision.kind === 'amend')) continue;
    foreseen.set(image, { image, decision, ...(acts ? { step } : {}) });
  }
  return done;
}

function planWith(snapshot: Snapshot, reusable: ReadonlyMap<string, Published[]>): Plan {
  const first = plan(snapshot);
  if (first.reuseLookups.length === 0) return first;
  for (const hash of first.reuseLookups) snapshot.reusable[hash] = known(reusable.get(hash) ?? []);
  return plan(snapshot);
}

function apply({ decisions }: Plan, snapshot: Snapshot, { images }: Catalog): void {
  for (const definition of images) {
    const decision = decisions[definition.key];
    const record = snapshot.records[definition.key] ?? newImageRecord(definition.key);
    const name = firstChannel(definition);
    const channel = record.channels[name] ?? { announcedSequence: 1, lastSequence: 1 };
    const moved = movedChannel(definition, decision, channel, snapshot);
    if (moved === undefined) continue;
    snapshot.records[definition.key] = { ...record, channels: { ...record.channels, [name]: moved } };
  }
}

function movedChannel(
  definition: ImageDefinition,
  decision: Decision | undefined,
  channel: Channel,
  { nowMs, freshBakes }: Snapshot,
): Channel | undefined {
  const digest = policyDigest(definition);
  switch (decision?.kind) {
    case 'amend':
      return {
        ...channel,
        policyDigest: digest,
        ...(channel.current === undefined ? {} : { current: everywhere(definition, channel.current) }),
      };
    case 'reuse':
      return { ...channel, policyDigest: digest, current: everywhere(definition, decision.bake) };
    case 'bake': {
      const { desired } = decision;
      const bakeId = `new-${definition.key}`;
      freshBakes.push(bakeId);
      const current: Published = {
        bakeId,
        image: definition.key,
        sequence: 2,
        inputHash: desired.inputHash,
        contentDigest: desired.contentDigest,
        notBefore: desired.notBefore,
        ...(desired.baseAmiId === undefined ? {} : { baseAmiId: desired.baseAmiId }),
        commitId: '',
        inputs: [],
        amis: { [nowhere.region]: bakedAmi(definition.key, `new ${desired.inputHash}`) },
        ancestry: [],
        bakedAtMs: nowMs + minuteMs,
      };
      return { ...channel, policyDigest: digest, current: everywhere(definition, current) };
    }
    default:
      return undefined;
  }
}

function bakesByInput(states: readonly CatalogInForce[], nowMs: number): Map<string, Published[]> {
  const found = new Map<string, Published[]>();
  for (const [rank, state] of states.entries())
    for (const bake of imaginedBakes(state, nowMs, rank).values())
      found.set(bake.inputHash, [...(found.get(bake.inputHash) ?? []), bake]);
  return found;
}

/** The ceilings are in the deployment's settings: here, whatever is asked for is allowed. */
function everything({ images }: Catalog): Policy['ceilings'] {
  const all = (of: (share: Share) => string[]) => images.flatMap(({ share }) => of(share));
  const regions = images.flatMap((image) => Object.entries(image.regions ?? {}));
  return {
    shareWith: {
      accounts: all(({ accounts }) => accounts),
      organizations: all(({ organizations }) => organizations),
      organizationalUnits: all(({ organizationalUnits }) => organizationalUnits),
    },
    regions: regions.map(([region]) => region),
    kmsKeys: regions.flatMap(([, { kmsKey }]) => kmsKey ?? []),
    parameterPrefixes: [],
  };
}
