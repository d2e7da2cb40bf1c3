import type { ImageKey } from '../definitions/catalog';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Revocation } from '../lifecycle/revocation';
import type { MirrorRecord, UpstreamRecord } from '../lifecycle/upstream-record';
import type { Table, TableItem } from '../aws/edges';
import { catalogFromItem, type StoredCatalog } from './catalog-item';
import { fromItem } from './items';
import { catalogSk, metaSk, statePk } from './keys';
import { newMeta, type Meta } from './meta';
import type { Command } from './record-command';

/** The bake that holds a build slot, and its image. */
export interface HeldSlot {
  bakeId: string;
  image: ImageKey;
}

/** The `STATE` partition, read whole and consistently, each page for itself: images come before slots. */
export interface LedgerState {
  catalog?: StoredCatalog;
  meta: Meta;
  records: Map<ImageKey, ImageRecord>;
  upstreams: Map<string, UpstreamRecord>;
  mirrors: Map<string, MirrorRecord>;
  commands: Command[];
  /** By `revocationId`; those taken back as well, until what they reached is restored. */
  revocations: Map<string, Revocation>;
  slots: Map<number, HeldSlot>;
}

/** One Query a megabyte: two for 1,000 images. */
export async function readState(table: Pick<Table, 'query'>): Promise<LedgerState> {
  return stateOf(await table.query(statePk));
}

/** From the items of the partition, however they were read. */
export function stateOf(items: Iterable<TableItem>): LedgerState {
  const state: LedgerState = {
    meta: newMeta(),
    records: new Map(),
    upstreams: new Map(),
    mirrors: new Map(),
    commands: [],
    revocations: new Map(),
    slots: new Map(),
  };
  for (const item of items) place(state, item);
  return state;
}

function place(state: LedgerState, item: TableItem): void {
  const { sk } = item;
  const kind = sk.split('#', 1)[0];
  switch (kind) {
    case catalogSk:
      state.catalog = catalogFromItem(item);
      return;
    case metaSk:
      state.meta = fromItem<Meta>(item);
      return;
    case 'IMAGE': {
      const record = fromItem<ImageRecord>(item);
      state.records.set(record.key, record);
      return;
    }
    case 'UPSTREAM':
      state.upstreams.set(sk.slice('UPSTREAM#'.length), fromItem<UpstreamRecord>(item));
      return;
    case 'MIRROR':
      state.mirrors.set(sk.slice('MIRROR#'.length), fromItem<MirrorRecord>(item));
      return;
    case 'COMMAND':
      state.commands.push(fromItem<Command>(item));
      return;
    case 'REVOKED':
      state.revocations.set(sk.slice('REVOKED#'.length), fromItem<Revocation>(item));
      return;
    case 'SLOT':
      state.slots.set(Number(sk.slice('SLOT#'.length)), fromItem<HeldSlot>(item));
      return;
    default:
      // An item of newer code: this code neither reads nor writes it.
      return;
  }
}
