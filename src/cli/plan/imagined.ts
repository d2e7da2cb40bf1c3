import { createHash } from 'node:crypto';
import type { Base, Catalog, ImageDefinition, ImageKey } from '../../lib/definitions/catalog';
import { graphOf } from '../../lib/definitions/graph';
import { baseId, imageKey } from '../../lib/definitions/names';
import type { Published } from '../../lib/lifecycle/channel';
import type { ImageRecord } from '../../lib/lifecycle/image-record';
import { newImageRecord } from '../../lib/lifecycle/image-record';
import { inputHash } from '../../lib/planning/input-hash';
import { policyDigest } from '../../lib/planning/policy-digest';
import type { BaseResolution, CatalogInForce } from '../../lib/planning/snapshot';

/** Where the imagined bakery is; nothing of it is ever shown. */
export const nowhere = { bakery: 'plan', account: '000000000000', region: 'nowhere' };

/** Stands for an AMI that nobody can know yet; the same text, the same AMI. */
const standIn = (text: string): string =>
  `ami-${createHash('sha256').update(text).digest('hex').slice(0, 17)}`;

const outsideAmi = (base: Base): string => (base.kind === 'ami' ? base.amiId : standIn(baseId(base)));

/** Outside bases, each with one AMI that does not move. */
export function imaginedBases({ images }: Catalog): Record<string, BaseResolution> {
  const bases: Record<string, BaseResolution> = {};
  for (const { base } of images) {
    if (base.kind === 'image' || base.kind === 'template') continue;
    const amiId = outsideAmi(base);
    bases[baseId(base)] = { state: 'resolved', amiId, ancestry: [{ amiId }] };
  }
  return bases;
}

/** What a bakery would have published that has baked all of a commit. `ageRank` 0 is the newest commit. */
export function imaginedBakes(
  { commitId, catalog, contentDigests, inputs }: CatalogInForce,
  nowMs: number,
  ageRank: number,
): Map<ImageKey, Published> {
  const byKey = new Map(catalog.images.map((image) => [image.key, image]));
  const bakes = new Map<ImageKey, Published>();
  for (const key of graphOf(catalog).order) {
    const { base } = byKey.get(key)!;
    const parent = base.kind === 'image' ? bakes.get(base.image) : undefined;
    const baseAmiId =
      base.kind === 'template'
        ? undefined
        : base.kind === 'image'
          ? parent?.amis[nowhere.region]
          : outsideAmi(base);
    const contentDigest = contentDigests[key]!;
    const hash = inputHash(contentDigest, baseAmiId);
    bakes.set(key, {
      bakeId: `commit-${commitId}-${key}`,
      image: key,
      sequence: 1,
      inputHash: hash,
      contentDigest,
      notBefore: 0,
      ...(baseAmiId === undefined ? {} : { baseAmiId }),
      commitId,
      inputs: inputs[key] ?? [],
      amis: { [nowhere.region]: bakedAmi(key, hash) },
      ancestry: [],
      bakedAtMs: nowMs - (ageRank + 1) * 60_000,
    });
  }
  return bakes;
}

export const bakedAmi = (key: ImageKey, hash: string): string => standIn(`${key} ${hash}`);

/** The ledger of a bakery that has baked and published all of a commit, in every channel. */
export function imaginedRecords(
  before: CatalogInForce,
  after: Catalog,
  nowMs: number,
): Record<ImageKey, ImageRecord> {
  const records: Record<ImageKey, ImageRecord> = {};
  const bakes = imaginedBakes(before, nowMs, 0);
  for (const definition of before.catalog.images)
    records[definition.key] = published(definition, bakes.get(definition.key)!);
  for (const { key, was, architecture } of after.images) {
    const old = was === undefined ? undefined : records[imageKey(was, architecture)];
    if (old !== undefined && records[key] === undefined) records[key] = { ...old, key };
  }
  return records;
}

/** In thought, every copy is made at once. */
export function everywhere({ regions }: ImageDefinition, published: Published): Published {
  if (regions === undefined) return published;
  const amis = { ...published.amis };
  const keys: Record<string, string> = {};
  for (const [region, { kmsKey }] of Object.entries(regions)) {
    amis[region] ??= published.amis[nowhere.region] ?? '';
    if (kmsKey !== undefined) keys[region] = kmsKey;
  }
  return { ...published, amis, keys };
}

function published(definition: ImageDefinition, current: Published): ImageRecord {
  const channel = {
    current: everywhere(definition, current),
    announcedSequence: 1,
    lastSequence: 1,
    policyDigest: policyDigest(definition),
  };
  const channels = Object.fromEntries(definition.channels.map((name) => [name, channel]));
  return { ...newImageRecord(definition.key), version: 1, channels };
}
