import pLimit from 'p-limit';
import type { ImageKey } from '../definitions/catalog';
import { endedBake } from '../ledger/ended-bake';
import type { EndedBake } from '../ledger/history';
import type { Ancestor, Bake } from '../lifecycle/bake';
import { makerOf } from '../lifecycle/revocation';
import type { Run } from './run';

export type FoundBake =
  | { state: 'ended'; image: ImageKey; bake: EndedBake }
  | { state: 'running'; image: ImageKey; bake: Bake }
  /** Another bakery made it: `account/bakery/image/arch`. */
  | { state: 'foreign'; image: string }
  | { state: 'none' };

/** Reads of the ledger under way at once. */
const concurrency = 12;

/**
 * A bake by its id alone. Images that left bakery.yml are searched as well: their AMIs may be in use.
 * @param wanted an image, with or without its architecture; undefined: all of them
 */
export async function findBake(run: Run, bakeId: string, wanted: string | undefined): Promise<FoundBake> {
  const records = run.records.filter(
    ({ key }) => wanted === undefined || key === wanted || key.startsWith(`${wanted}/`),
  );
  const running = records.find(({ live }) => live?.id === bakeId);
  if (running?.live !== undefined) return { state: 'running', image: running.key, bake: running.live };
  const limit = pLimit(concurrency);
  const found = await Promise.all(
    records.map(({ key }) =>
      limit(async () => {
        const bake = (await endedBake(run.deps.table, key, bakeId)) as EndedBake | undefined;
        return bake === undefined ? [] : [{ state: 'ended', image: key, bake } as const];
      }),
    ),
  );
  return found.flat()[0] ?? foreign(run, bakeId) ?? { state: 'none' };
}

/** Whose it is, as far as what was announced and what was built on it tell. */
function foreign(run: Run, bakeId: string): FoundBake | undefined {
  const { account, bakery } = run.deps.settings;
  for (const upstream of run.ledger.upstreams.values()) {
    if (upstream.bakeId === bakeId)
      return { state: 'foreign', image: `${upstream.account}/${upstream.bakery}/${upstream.image}` };
  }
  const ancestries: readonly Ancestor[][] = [
    ...[...run.ledger.upstreams.values()].map(({ ancestry }) => ancestry),
    ...run.records.flatMap(({ live, channels }) => [
      live?.ancestry ?? [],
      ...Object.values(channels).map(({ current }) => current?.ancestry ?? []),
    ]),
  ];
  for (const ancestor of ancestries.flat()) {
    const { image } = ancestor;
    if (ancestor.bakeId !== bakeId || image === undefined || makerOf(image) === `${account}/${bakery}`)
      continue;
    return { state: 'foreign', image };
  }
  return undefined;
}
