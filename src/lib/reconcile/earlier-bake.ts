import type { ImageKey } from '../definitions/catalog';
import { endedBake } from '../ledger/ended-bake';
import { findReusable } from '../ledger/find-reusable';
import type { EndedBake } from '../ledger/history';
import type { Published } from '../lifecycle/channel';
import { toPublished } from '../lifecycle/publish';
import type { Bake } from '../lifecycle/bake';
import type { Run } from './run';

/** A bake that ended, as a channel can point to it again; undefined: the ledger has none of that id, or retired it. */
export async function earlierBake(
  run: Run,
  image: ImageKey,
  bakeId: string,
): Promise<Omit<Published, 'sequence'> | undefined> {
  const ended = (await endedBake(run.deps.table, image, bakeId)) as EndedBake | undefined;
  return ended === undefined || isOutOfUse(ended) ? undefined : publishedAgain(run, ended);
}

/** Retired as far as that nobody can launch it: its AMI may go at any moment. */
const isOutOfUse = ({ status }: EndedBake): boolean => status === 'disabled' || status === 'deregistered';

/** With whom it is shared, which the index of ready bakes knows. */
export async function publishedAgain(run: Run, bake: EndedBake): Promise<Omit<Published, 'sequence'>> {
  const { adopted } = bake;
  if (adopted === undefined) {
    const found = await findReusable(run.deps.table, bake.inputHash);
    const indexed = found.find(({ bakeId }) => bakeId === bake.id);
    if (indexed !== undefined) {
      const { sequence: _old, publishedAtMs: _then, ...published } = indexed;
      return published;
    }
  }
  const published = toPublished(bake as Bake, bake.endedAtMs ?? bake.claimedAtMs);
  return { ...published, ...(adopted === undefined ? {} : { adopted }) };
}

/** Why an AMI cannot be published again. EC2 is asked: what the ledger says of it may have been true once. */
export async function whyGone(
  run: Run,
  { bakeId, amis }: Omit<Published, 'sequence'>,
  regions: readonly string[],
): Promise<string | undefined> {
  const { amis: ec2, settings } = run.deps;
  for (const region of regions) {
    const amiId = amis[region];
    // A region that came later gets a copy on the way.
    if (amiId === undefined && region !== settings.region) continue;
    if (amiId === undefined) return `Bake ${bakeId} has no AMI in ${region}`;
    const ami = (await ec2.get(region, [amiId])).get(amiId);
    const name = `${amiId} of bake ${bakeId}`;
    if (ami === undefined) return `${name} is gone: EC2 does not show it in ${region}`;
    if (ami.ownerId !== settings.account) return `${name} belongs to account ${ami.ownerId}`;
    if (ami.state !== 'available') return `${name} is ${ami.state} in ${region}, not available`;
  }
  return undefined;
}
