import pLimit from 'p-limit';
import type { ImageKey, Share } from '../../definitions/catalog';
import type { Known } from '../../definitions/known';
import { findReusable } from '../../ledger/find-reusable';
import { pastBakes } from '../../ledger/past-bakes';
import { readState, type LedgerState } from '../../ledger/read-state';
import type { ImageRecord } from '../../lifecycle/image-record';
import {
  candidates,
  planRetention,
  type RetentionRequest,
  type WantedShares,
} from '../../lifecycle/retention';
import type {
  ImageRetention,
  PastBake,
  RetentionFacts,
  RetentionPlan,
} from '../../lifecycle/retention-facts';
import { withinCeilings } from '../../planning/ceilings';
import { askAws } from './ask-aws';
import { asKnown } from './as-known';
import type { RetireDeps } from './deps';

const concurrency = 12;

export interface Look {
  plan: RetentionPlan;
  /** As they were read, or written since: a write is refused where somebody else has written in between. */
  records: Map<ImageKey, ImageRecord>;
  histories: Histories;
  atMs: number;
}

type Histories = ReadonlyMap<ImageKey, PastBake[]>;

/**
 * Reads the ledger, every image's history with it, and asks AWS of what the ledger does not keep. AWS is asked last: what
 * comes into use in between is then in one of both readings.
 * @param again of one bake alone, right before it goes for good. Histories of other images may be those of a moment ago:
 * no bake can have been claimed on a disabled one since
 * @throws AwsError, LedgerError where the ledger cannot be read: then nothing is known of anything
 */
export async function look(
  deps: RetireDeps,
  request: RetentionRequest,
  again?: { only: Pick<PastBake, 'id' | 'image'>; histories: Histories },
): Promise<Look> {
  const ledger = await readState(deps.table);
  const only = again?.only;
  const histories =
    again === undefined
      ? await readHistories(deps, ledger)
      : new Map([
          ...again.histories,
          [again.only.image, await pastBakes(deps.table, again.only.image)] as const,
        ]);
  const images = imagesOf(ledger, histories);
  const atMs = deps.nowMs();
  const bare: RetentionFacts = {
    images,
    named: namedIn(ledger),
    amis: new Map(),
    granted: new Map(),
    maxRetirementsPerRun: deps.settings.maxRetirementsPerRun,
  };
  const asked = candidates(bare, atMs, request.image).filter(
    ({ id, image }) => only === undefined || (only.id === id && only.image === image),
  );
  const granted = await grantedTo(deps, asked);
  const amis = await askAws(deps, asked);
  const facts: RetentionFacts = { ...bare, granted, amis };
  const shown = only === undefined ? facts : { ...facts, images: images.map(onlyThe(only)) };
  const plan = planRetention(shown, sharesOf(deps, ledger), atMs, request);
  return { plan, records: ledger.records, histories, atMs };
}

/** The others of the image still count for what is built on it; they are judged elsewhere. */
const onlyThe =
  (only: Pick<PastBake, 'id' | 'image'>) =>
  (image: ImageRetention): ImageRetention => ({
    ...image,
    judged: image.key === only.image ? [only.id] : [],
  });

async function readHistories({ table }: RetireDeps, ledger: LedgerState): Promise<Histories> {
  const limit = pLimit(concurrency);
  const read = [...ledger.records.keys()].map((key) =>
    limit(async () => [key, await pastBakes(table, key)] as const),
  );
  return new Map(await Promise.all(read));
}

function imagesOf({ records, catalog, meta }: LedgerState, histories: Histories): ImageRetention[] {
  const definitions = catalog?.inForce?.catalog.images ?? [];
  return [...records.values()].map((record): ImageRetention => {
    const definition = definitions.find(({ key }) => key === record.key);
    const paused = meta.paused ?? record.paused;
    return {
      key: record.key,
      record,
      channels: definition?.channels ?? [],
      bakes: histories.get(record.key) ?? [],
      ...(definition?.retain === undefined ? {} : { retain: definition.retain }),
      ...(paused === undefined ? {} : { paused }),
    };
  });
}

/** AMIs and bakes that bakery.yml names, or a person who has not been answered yet. */
function namedIn({ catalog, commands }: LedgerState): RetentionFacts['named'] {
  const bases = (catalog?.inForce?.catalog.images ?? []).flatMap(({ key, base }) =>
    base.kind === 'ami' ? { id: base.amiId, why: `bakery.yml names it as the base of ${key}` } : [],
  );
  const asked = commands.flatMap((command) => {
    const ids = [
      ...('to' in command ? [command.to] : []),
      ...('bake' in command ? [command.bake] : []),
      ...('amiId' in command ? [command.amiId] : []),
    ];
    return ids.flatMap((id) =>
      id === undefined ? [] : { id, why: `${command.by} has asked for it (${command.command})` },
    );
  });
  return [...bases, ...asked];
}

const sharesOf = ({ settings }: RetireDeps, { catalog }: LedgerState): WantedShares =>
  new Map(
    (catalog?.inForce?.catalog.images ?? []).map(({ key, share }) => [
      key,
      withinCeilings(share, settings.ceilings),
    ]),
  );

/** Whom the bakery gave permissions, which the index of ready bakes knows. */
async function grantedTo(
  { table }: RetireDeps,
  bakes: readonly PastBake[],
): Promise<ReadonlyMap<string, Known<Share>>> {
  const limit = pLimit(concurrency);
  const read = bakes
    .filter(({ status }) => status !== 'disabled')
    .map(({ id, inputHash }) =>
      limit(async () => [id, await asKnown(() => grantedIn(table, inputHash, id))] as const),
    );
  return new Map(await Promise.all(read));
}

async function grantedIn(table: RetireDeps['table'], inputHash: string, bakeId: string): Promise<Share> {
  const found = (await findReusable(table, inputHash)).find((it) => it.bakeId === bakeId);
  return found?.granted ?? nobody;
}

const nobody: Share = { accounts: [], organizations: [], organizationalUnits: [] };
