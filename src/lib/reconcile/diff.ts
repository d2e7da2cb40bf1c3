import pLimit from 'p-limit';
import type { Table } from '../aws/edges';
import type { ImageKey } from '../definitions/catalog';
import { readDiffEvent } from '../events/diff-event';
import { endedBake } from '../ledger/ended-bake';
import { history, type EndedBake } from '../ledger/history';
import { findPackageList } from '../ledger/package-list';
import { readState, type LedgerState } from '../ledger/read-state';
import { compareBakes, type Compared, type Comparison } from '../lifecycle/compare-bakes';
import type { ImageRecord } from '../lifecycle/image-record';

/** What is answered to `{ "diff": … }`. */
export type DiffAnswer = { comparisons: Comparison[] } | { refused: DiffRefusal };

export interface DiffRefusal {
  code: 'MALFORMED' | 'NO_SUCH_BAKE' | 'STILL_RUNNING' | 'NO_SUCH_IMAGE' | 'NOTHING_BEFORE';
  message: string;
}

/** Reads under way at once. */
const concurrency = 24;
/** Bakes looked through for the one before. */
const lookedAt = 200;
/** Statuses of a bake that has been published once. */
const published: readonly string[] = ['ready', 'deprecated', 'disabled', 'revoked', 'deregistered'];

/** Two bakes, or of each architecture of an image the published one and the one before it; from the ledger alone. */
export async function diff({ table }: { table: Table }, event: unknown): Promise<DiffAnswer> {
  const read = readDiffEvent(event);
  if ('refused' in read) return refuse('MALFORMED', read.refused);
  const state = await readState(table);
  const { request } = read;
  if ('image' in request) return ofImage(table, state, request.image);
  const [from, to] = await Promise.all([request.from, request.to].map((id) => findBake(table, state, id)));
  for (const [id, found] of [
    [request.from, from],
    [request.to, to],
  ] as const) {
    if (found === 'running') return refuse('STILL_RUNNING', `Bake ${id} has not ended yet`);
    if (found === undefined) return refuse('NO_SUCH_BAKE', `No image has a bake ${id}`);
  }
  return { comparisons: [await compare(table, from as EndedBake, to as EndedBake)] };
}

const refuse = (code: DiffRefusal['code'], message: string): DiffAnswer => ({ refused: { code, message } });

async function ofImage(table: Table, state: LedgerState, wanted: string): Promise<DiffAnswer> {
  const records = [...state.records.values()].filter(
    ({ key }) => key === wanted || key.startsWith(`${wanted}/`),
  );
  if (records.length === 0) return refuse('NO_SUCH_IMAGE', `No image is called ${wanted}`);
  const comparisons: Comparison[] = [];
  for (const record of records.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const [before, now] = await lastTwo(table, state, record);
    if (before !== undefined && now !== undefined) comparisons.push(await compare(table, before, now));
  }
  return comparisons.length > 0
    ? { comparisons }
    : refuse('NOTHING_BEFORE', `There is no bake of ${wanted} before what is published`);
}

async function lastTwo(
  table: Table,
  state: LedgerState,
  { key, channels }: ImageRecord,
): Promise<(EndedBake | undefined)[]> {
  const definition = state.catalog?.inForce?.catalog.images.find((image) => image.key === key);
  const current = channels[definition?.channels[0] ?? Object.keys(channels)[0] ?? '']?.current?.bakeId;
  const bakes = await history(table, key, lookedAt);
  return [
    bakes.find(({ id, status }) => current !== undefined && id < current && published.includes(status)),
    bakes.find(({ id }) => id === current),
  ];
}

/** An id says when, not of which image: those that channels know are tried first, then all images. */
async function findBake(
  table: Table,
  { records }: LedgerState,
  id: string,
): Promise<EndedBake | 'running' | undefined> {
  const all = [...records.values()];
  if (all.some(({ live }) => live?.id === id)) return 'running';
  const near = all.filter((record) => knows(record, id)).map(({ key }) => key);
  const far = all.map(({ key }) => key).filter((key) => !near.includes(key));
  return (await firstOf(table, near, id)) ?? (await firstOf(table, far, id));
}

const knows = ({ channels }: ImageRecord, id: string): boolean =>
  Object.values(channels).some(
    ({ current, past, soaking }) =>
      current?.bakeId === id ||
      current?.unchanged?.bakeId === id ||
      past?.includes(id) === true ||
      soaking?.some(({ bakeId }) => bakeId === id) === true,
  );

async function firstOf(table: Table, images: ImageKey[], id: string): Promise<EndedBake | undefined> {
  const limit = pLimit(concurrency);
  const found = await Promise.all(images.map((image) => limit(() => endedBake(table, image, id))));
  return found.find((bake) => bake !== undefined) as EndedBake | undefined;
}

async function compare(table: Table, from: EndedBake, to: EndedBake): Promise<Comparison> {
  const [before, after] = await Promise.all([from, to].map((bake) => withList(table, bake)));
  return compareBakes(before!, after!);
}

/** Of a bake that came to another one that one's list is kept. */
const withList = async (table: Table, bake: EndedBake): Promise<Compared> => ({
  bake,
  lines: await findPackageList(table, bake.image, bake.equalTo ?? bake.id),
});
