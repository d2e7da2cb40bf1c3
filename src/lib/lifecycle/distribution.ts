import type { ImageDefinition, RegionPolicy } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';

/** Regions an AMI goes to, that of the bakery among them. */
export type Destinations = Readonly<Record<string, RegionPolicy>>;

/** What there is of a bake. */
export interface Made {
  /** By region. */
  amis: Record<string, string>;
  /** Key that the AMI is known to be encrypted with, as bakery.yml calls it; by region. */
  keys?: Record<string, string>;
}

/** The way of an AMI into one region: another region, or its own where a key is asked for. */
export interface Copy {
  /** As bakery.yml calls it. */
  kmsKey?: string;
  /** What that was when the copy was first looked at: an alias that moves later does not change the request. */
  keyArn?: string;
  /** The AMI that the build made in this region: taken as it is where it is encrypted with the key. */
  present?: string;
  /** `sent`: CopyImage was recorded as about to be sent, and may have been. */
  state: 'due' | 'sent' | 'done';
  /** Copies begun so far, the one under way included. */
  attempts: number;
  /** Of the state. */
  sinceMs: InstantMs;
  /** Of a copy that is due again: not before this. */
  notBeforeMs?: InstantMs;
  amiId?: string;
  /** Why the last attempt came to nothing. */
  lastFailure?: string;
}

/** A bake on its way into its regions. */
export interface Distribution {
  /** What was there before. */
  made: Made;
  source: { region: string; amiId: string };
  /** By region; only those that take a copy. */
  copies: Record<string, Copy>;
  startedAtMs: InstantMs;
}

/** What bakery.yml says of an image's regions; the bakery's own is always among them. */
export const destinationsOf = ({ regions }: Pick<ImageDefinition, 'regions'>, home: string): Destinations =>
  regions?.[home] === undefined ? { [home]: {}, ...regions } : regions;

/** A key that is no longer asked for leaves the AMI as it is: a copy cannot take encryption away (CopyImage, Encrypted). */
const isThere = ({ amis, keys }: Made, region: string, { kmsKey }: RegionPolicy): boolean =>
  amis[region] !== undefined && (kmsKey === undefined || keys?.[region] === kmsKey);

/** Regions that take a copy, or at least a look at what the build made there. */
export const missingIn = (made: Made, destinations: Destinations): string[] =>
  Object.entries(destinations)
    .filter(([region, policy]) => !isThere(made, region, policy))
    .map(([region]) => region)
    .sort();

/** Undefined where everything is where it should be. */
export function beginDistribution(
  made: Made,
  destinations: Destinations,
  home: string,
  nowMs: InstantMs,
): Distribution | undefined {
  const missing = missingIn(made, destinations);
  const amiId = made.amis[home];
  if (missing.length === 0 || amiId === undefined) return undefined;
  const copies = missing.map((region): [string, Copy] => {
    const { kmsKey } = destinations[region] ?? {};
    const present = made.amis[region];
    return [
      region,
      {
        ...(kmsKey === undefined ? {} : { kmsKey }),
        ...(present === undefined ? {} : { present }),
        state: 'due',
        attempts: 0,
        sinceMs: nowMs,
      },
    ];
  });
  return {
    made,
    source: { region: home, amiId },
    copies: Object.fromEntries(copies),
    startedAtMs: nowMs,
  };
}

export const isDistributed = ({ copies }: Distribution): boolean =>
  Object.values(copies).every(({ state }) => state === 'done');

/** What there is once every copy is done. */
export function distributed({ made, copies }: Distribution): Made {
  const amis = { ...made.amis };
  const keys = { ...made.keys };
  for (const [region, { amiId, kmsKey }] of Object.entries(copies)) {
    if (amiId === undefined) continue;
    amis[region] = amiId;
    if (kmsKey === undefined) delete keys[region];
    else keys[region] = kmsKey;
  }
  return Object.keys(keys).length === 0 ? { amis } : { amis, keys };
}

/** AMIs of the build that copies took the place of. */
export const superseded = (distribution: Distribution): string[] => {
  const after = new Set(Object.values(distributed(distribution).amis));
  return Object.values(distribution.made.amis).filter((amiId) => !after.has(amiId));
};

/** What is not done yet, for people: `eu-central-1 (attempt 2)`. */
export const underWay = ({ copies }: Distribution): string[] =>
  Object.entries(copies)
    .filter(([, { state }]) => state !== 'done')
    .map(([region, { attempts }]) => (attempts > 1 ? `${region} (attempt ${attempts})` : region))
    .sort();
