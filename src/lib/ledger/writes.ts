import type { TableWrite } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import type { Bake } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { revocationId, type Revocation } from '../lifecycle/revocation';
import type { MirrorRecord } from '../lifecycle/upstream-record';
import type { AmiOwner } from './ami-owner';
import { catalogToItem, type StoredCatalog } from './catalog-item';
import type { EndedBake } from './history';
import { toItem } from './items';
import {
  amiPk,
  amiSk,
  bakePk,
  commandSk,
  hashPk,
  imageSk,
  metaSk,
  mirrorSk,
  revokedSk,
  slotSk,
  statePk,
} from './keys';
import type { Meta } from './meta';

/**
 * One write each. Whole items, conditional on the version that was read: what somebody else wrote in between is never
 * overwritten. Each answers the write and the value as it will be stored.
 */
export interface Change<T> {
  stored: T;
  write: TableWrite;
}

const versioned = (version: number) =>
  version === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'version', version } as const);

export function putImage(record: ImageRecord): Change<ImageRecord> {
  const stored = { ...record, version: record.version + 1 };
  const item = toItem(statePk, imageSk(record.key), stored.version, stored);
  return { stored, write: { kind: 'put', item, condition: versioned(record.version) } };
}

export function putMirror(mirror: MirrorRecord): Change<MirrorRecord> {
  const stored = { ...mirror, version: mirror.version + 1 };
  const sk = mirrorSk(mirror.bakery, mirror.image, mirror.channel);
  return {
    stored,
    write: {
      kind: 'put',
      item: toItem(statePk, sk, stored.version, stored),
      condition: versioned(mirror.version),
    },
  };
}

export function putRevocation(revocation: Revocation): Change<Revocation> {
  const stored = { ...revocation, version: revocation.version + 1 };
  const item = toItem(statePk, revokedSk(revocationId(revocation)), stored.version, stored);
  return { stored, write: { kind: 'put', item, condition: versioned(revocation.version) } };
}

/** A revocation that was taken back has nothing left to restore. */
export const deleteRevocation = (revocation: Revocation): TableWrite => ({
  kind: 'delete',
  pk: statePk,
  sk: revokedSk(revocationId(revocation)),
  condition: versioned(revocation.version),
});

export function putMeta(meta: Meta): Change<Meta> {
  const stored = { ...meta, version: meta.version + 1 };
  return {
    stored,
    write: {
      kind: 'put',
      item: toItem(statePk, metaSk, stored.version, stored),
      condition: versioned(meta.version),
    },
  };
}

export function putCatalog(catalog: StoredCatalog): Change<StoredCatalog> {
  const stored = { ...catalog, version: catalog.version + 1 };
  return {
    stored,
    write: { kind: 'put', item: catalogToItem(stored), condition: versioned(catalog.version) },
  };
}

/** Fails where another bake holds the slot. */
export function takeSlot(slot: number, bake: Bake): TableWrite {
  const item = toItem(statePk, slotSk(slot), 1, {
    bakeId: bake.id,
    image: bake.image,
    sinceMs: bake.claimedAtMs,
  });
  return { kind: 'put', item, condition: { kind: 'absent' } };
}

export const freeSlot = (slot: number): TableWrite => ({
  kind: 'delete',
  pk: statePk,
  sk: slotSk(slot),
  condition: { kind: 'any' },
});

/** Holds a claim back when somebody wrote something it rests on, after it was read. `version` 0: it was not there. */
export function unchanged(sk: string, version: number): TableWrite {
  return { kind: 'check', pk: statePk, sk, condition: versioned(version) };
}

/** History of the image, and the way from an input hash to the bake. */
export function archiveBake(bake: Bake): TableWrite[] {
  // The request is only needed while the build can still be started; it would triple the history's size.
  const { request, ...rest } = bake;
  const kept = { ...rest, ...variablesOf(request) };
  return [{ kind: 'put', item: toItem(bakePk(bake.image), bake.id, 1, kept), condition: { kind: 'any' } }];
}

/** A bake that ended becomes something else: it is revoked, or the revocation is taken back. */
export const putEnded = (bake: EndedBake): TableWrite => ({
  kind: 'put',
  item: toItem(bakePk(bake.image), bake.id, 1, bake),
  condition: { kind: 'any' },
});

const variablesOf = ({ environment }: Bake['request']): Pick<Bake, 'variables'> => {
  const text = environment['BAKERY_VARIABLES'];
  return text === undefined ? {} : { variables: JSON.parse(text) as Record<string, string> };
};

/**
 * History of an AMI that a person adopted. It is not indexed for reuse: nobody knows that it was made of these inputs.
 */
export function archiveAdopted(adopted: Omit<Published, 'sequence'>): TableWrite {
  const { bakeId, bakedAtMs, adopted: by, tests: _none, ...content } = adopted;
  const atMs = by?.atMs ?? bakedAtMs;
  const kept: EndedBake = {
    ...content,
    id: bakeId,
    status: 'ready',
    ...(by === undefined ? {} : { adopted: by }),
    cause: { code: 'adopted', text: `${by?.by ?? 'somebody'} adopted it: ${by?.why ?? ''}` },
    claimedAtMs: atMs,
    endedAtMs: atMs,
  };
  return {
    kind: 'put',
    item: toItem(bakePk(content.image), bakeId, 1, kept),
    condition: { kind: 'any' },
  };
}

/** Makes a ready bake findable for reuse. */
export function indexReady(published: Published): TableWrite {
  const item = toItem(hashPk(published.inputHash), published.bakeId, 1, published);
  return { kind: 'put', item, condition: { kind: 'any' } };
}

/** Fails where another bake has recorded the AMI: at most one result is ever adopted. */
export function recordAmi(amiId: string, bakeId: string, adoptedAs?: ImageKey): TableWrite {
  const owner: AmiOwner = { bakeId, ...(adoptedAs === undefined ? {} : { adoptedAs }) };
  const item = toItem(amiPk(amiId), amiSk, 1, owner);
  return { kind: 'put', item, condition: { kind: 'absent' } };
}

/** Fails where any bake has recorded the AMI. */
export const unrecorded = (amiId: string): TableWrite => ({
  kind: 'check',
  pk: amiPk(amiId),
  sk: amiSk,
  condition: { kind: 'absent' },
});

/** A copy that was made for a ready bake: it is proven to be the bake's, and may have been recorded before. */
export const recordCopy = (amiId: string, bakeId: string): TableWrite => ({
  kind: 'put',
  item: toItem(amiPk(amiId), amiSk, 1, { bakeId } satisfies AmiOwner),
  condition: { kind: 'any' },
});

/** Lets go of an AMI that is no result any more: the janitor may take it. */
export const forgetAmi = (amiId: string): TableWrite => ({
  kind: 'delete',
  pk: amiPk(amiId),
  sk: amiSk,
  condition: { kind: 'any' },
});

export const deleteCommand = (commandId: string): TableWrite => ({
  kind: 'delete',
  pk: statePk,
  sk: commandSk(commandId),
  condition: { kind: 'any' },
});
