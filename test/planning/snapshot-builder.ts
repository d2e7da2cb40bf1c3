import { hash } from 'node:crypto';
import type { Base, ImageDefinition, ImageKey } from '../../src/lib/definitions/catalog';
import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { graphOf } from '../../src/lib/definitions/graph';
import { known } from '../../src/lib/definitions/known';
import { baseId } from '../../src/lib/definitions/names';
import type { Bake, InputId } from '../../src/lib/lifecycle/bake';
import type { Published } from '../../src/lib/lifecycle/channel';
import { newImageRecord, type ImageRecord } from '../../src/lib/lifecycle/image-record';
import { ancestryOn, baseAmi, resolveBase } from '../../src/lib/planning/base';
import { dueSince, firstChannel } from '../../src/lib/planning/desired';
import { inputHash } from '../../src/lib/planning/input-hash';
import { policyDigest, policyDigests } from '../../src/lib/planning/policy-digest';
import type { CatalogInForce, Policy, Snapshot } from '../../src/lib/planning/snapshot';

/** Saturday noon, so that nightly schedules fired ten hours ago. */
export const noon = Date.parse('2026-11-21T12:00:00Z');
export const region = 'eu-west-1';

export const key = (name: string): ImageKey => (name.includes('/') ? name : `${name}/arm64`) as ImageKey;
export const on = (name: string, channel = 'stable'): Base => ({ kind: 'image', image: key(name), channel });
export const ssm = (path = '/aws/service/al2023'): Base => ({ kind: 'ssm', path });
export const amiOf = (text: string): string => `ami-${hash('sha256', text).slice(0, 17)}`;
export const nightly = { cron: '0 2 * * *', timezone: 'UTC', publish: 'if-changed' } as const;

/** An image of bakery.yml; `base` is an SSM parameter unless told. */
export function image(name: string, change: Partial<ImageDefinition> = {}): ImageDefinition {
  const imageKey = key(name);
  const [entry = name, architecture = 'arm64'] = imageKey.split('/');
  return {
    key: imageKey,
    name: entry,
    architecture: architecture as ImageDefinition['architecture'],
    base: ssm(),
    template: { path: entry, kind: 'hcl-folder' },
    inputs: [],
    variables: {},
    only: [],
    builder: {},
    builderEpoch: 0,
    tags: { CostCenter: '4711' },
    channels: ['stable'],
    share: { accounts: ['222222222222'], organizations: [], organizationalUnits: [] },
    timeoutMinutes: 60,
    ...change,
  };
}

export const policy: Policy = {
  bakery: 'platform',
  account: '111111111111',
  region,
  mode: 'bake',
  maxConcurrentBuilds: 100,
  maxWaitMs: 6 * hourMs,
  parameterPrefix: '/bakery',
  ceilings: {
    shareWith: { accounts: ['222222222222'], organizations: [], organizationalUnits: [] },
    regions: ['eu-central-1', 'us-east-1'],
    kmsKeys: ['alias/golden'],
    parameterPrefixes: [],
  },
};

/** A world in which every base resolves, every input is read, and nothing was ever baked. */
export function snapshotOf(images: ImageDefinition[], change: Partial<Snapshot> = {}): Snapshot {
  const inForce: CatalogInForce = {
    commitId: 'c0ffee0000000000000000000000000000000000',
    sinceMs: noon - 30 * 24 * hourMs,
    catalog: { images: [...images].sort((a, b) => (a.key < b.key ? -1 : 1)) },
    inputs: Object.fromEntries(images.map(({ key }) => [key, inputsOf(key, '1')])),
    policyDigests: policyDigests({ images }),
    contentDigests: Object.fromEntries(images.map(({ key }) => [key, digestOf(key, '1')])),
  };
  const outside = images
    .map(({ base }) => base)
    .filter(({ kind }) => kind !== 'image' && kind !== 'template');
  return {
    nowMs: noon,
    policy,
    catalog: known(inForce),
    records: {},
    bases: Object.fromEntries(
      outside.map((base) => {
        const amiId = base.kind === 'ami' ? base.amiId : amiOf(JSON.stringify(base));
        return [baseId(base), { state: 'resolved', amiId, ancestry: [{ amiId }] }];
      }),
    ),
    reusable: {},
    freshBakes: [],
    slotsInUse: 0,
    ...change,
  };
}

const inputsOf = (imageKey: ImageKey, version: string): InputId[] => [
  { path: imageKey.split('/')[0]!, objectId: hash('sha1', `${imageKey} ${version}`) },
];
const digestOf = (imageKey: ImageKey, version: string): string => hash('sha256', `${imageKey} ${version}`);

export function inForce(snapshot: Snapshot): CatalogInForce {
  if (!snapshot.catalog.known) throw new Error('The snapshot has no catalog.');
  return snapshot.catalog.value;
}

export function definition(snapshot: Snapshot, name: string): ImageDefinition {
  const found = inForce(snapshot).catalog.images.find((image) => image.key === key(name));
  if (found === undefined) throw new Error(`There is no image ${name}.`);
  return found;
}

/** What a bake of the present inputs on the present base would publish. */
export function published(
  snapshot: Snapshot,
  of: ImageDefinition,
  change: Partial<Published> = {},
): Published {
  const { inputs, contentDigests, commitId, sinceMs } = inForce(snapshot);
  const parent = of.base.kind === 'image' ? snapshot.records[of.base.image] : undefined;
  const base = resolveBase(of, baseId(of.base), parent, snapshot);
  const baseAmiId = baseAmi(base);
  const contentDigest = contentDigests[of.key]!;
  const record = snapshot.records[of.key];
  const bakeId = change.bakeId ?? `b-${of.key}`;
  return {
    inputHash: inputHash(contentDigest, baseAmiId),
    contentDigest,
    notBefore: dueSince(of.rebake, record, sinceMs, snapshot.nowMs).notBefore,
    ...(baseAmiId === undefined ? {} : { baseAmiId }),
    commitId,
    inputs: inputs[of.key]!,
    bakeId,
    image: of.key,
    sequence: 1,
    amis: { [region]: amiOf(bakeId) },
    ancestry: ancestryOn(base, snapshot.policy),
    bakedAtMs: snapshot.nowMs - hourMs,
    publishedAtMs: snapshot.nowMs - hourMs + minuteMs,
    ...change,
  };
}

/** The same world with every image (or the named ones) baked, published and remembered: nothing is left to do for them. */
export function settled(snapshot: Snapshot, names?: string[]): Snapshot {
  const { catalog, sinceMs } = inForce(snapshot);
  const wanted = names === undefined ? undefined : new Set(names.map(key));
  const byKey = new Map(catalog.images.map((of) => [of.key, of]));
  const result: Snapshot = { ...snapshot, records: { ...snapshot.records } };
  for (const imageKey of graphOf(catalog).order) {
    if (wanted !== undefined && !wanted.has(imageKey)) continue;
    const of = byKey.get(imageKey)!;
    const record = result.records[imageKey] ?? newImageRecord(imageKey);
    const { notBefore, schedule } = dueSince(of.rebake, record, sinceMs, snapshot.nowMs);
    const channel = {
      current: published(result, of),
      announcedSequence: 1,
      lastSequence: 1,
      policyDigest: policyDigest(of),
    };
    result.records[imageKey] = {
      ...record,
      version: record.version + 1,
      notBefore,
      ...(schedule === undefined ? {} : { schedule }),
      channels: { ...record.channels, [firstChannel(of)]: channel },
    };
  }
  return result;
}

/** The same world with something else in the record of one image. */
export function withRecord(snapshot: Snapshot, name: string, change: Partial<ImageRecord>): Snapshot {
  const record = snapshot.records[key(name)] ?? newImageRecord(key(name));
  return { ...snapshot, records: { ...snapshot.records, [record.key]: { ...record, ...change } } };
}

/** The same world with something else published in the first channel of one image. */
export function withPublished(snapshot: Snapshot, name: string, change: Partial<Published>): Snapshot {
  const of = definition(snapshot, name);
  const channels = snapshot.records[of.key]?.channels ?? {};
  const channel = channels[firstChannel(of)]!;
  return withRecord(snapshot, name, {
    channels: {
      ...channels,
      [firstChannel(of)]: { ...channel, current: { ...channel.current!, ...change } },
    },
  });
}

/** A commit that touches the inputs of the named images. */
export function pushed(snapshot: Snapshot, names: string[], version = '2'): Snapshot {
  const before = inForce(snapshot);
  const after = { ...before, commitId: hash('sha1', `${before.commitId} ${names.join()} ${version}`) };
  after.inputs = { ...before.inputs };
  after.contentDigests = { ...before.contentDigests };
  for (const imageKey of names.map(key)) {
    after.inputs[imageKey] = inputsOf(imageKey, version);
    after.contentDigests[imageKey] = digestOf(imageKey, version);
  }
  return { ...snapshot, catalog: known(after) };
}

/** The same world after an outside base resolved to another AMI. */
export function baseMoved(snapshot: Snapshot, base: Base, amiId: string): Snapshot {
  return {
    ...snapshot,
    bases: { ...snapshot.bases, [baseId(base)]: { state: 'resolved', amiId, ancestry: [{ amiId }] } },
  };
}

/** A bake of the present inputs on the present base, as a claim stores it. */
export function liveBake(snapshot: Snapshot, name: string, change: Partial<Bake> = {}): Bake {
  const of = definition(snapshot, name);
  const { bakeId, ancestry, inputHash, contentDigest, notBefore, baseAmiId, commitId, inputs } = published(
    snapshot,
    of,
  );
  return {
    id: `${bakeId}-live`,
    image: of.key,
    status: 'building',
    ...{ ancestry, inputHash, contentDigest, notBefore, commitId, inputs },
    ...(baseAmiId === undefined ? {} : { baseAmiId }),
    cause: { code: 'first-bake', text: '' },
    claimedAtMs: snapshot.nowMs - minuteMs,
    slot: 0,
    request: {
      projectName: 'bakery',
      sourceVersion: commitId,
      idempotencyToken: `${bakeId}-live`,
      timeoutInMinutes: of.timeoutMinutes,
      environment: {},
    },
    ...change,
  };
}

/** The same world with the index on input hashes answered: nothing can be reused. */
export function nothingToReuse(snapshot: Snapshot, inputHashes: string[]): Snapshot {
  return {
    ...snapshot,
    reusable: { ...snapshot.reusable, ...Object.fromEntries(inputHashes.map((id) => [id, known([])])) },
  };
}
