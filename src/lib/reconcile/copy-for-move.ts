import type { TableWrite } from '../aws/edges';
import type { ImageDefinition } from '../definitions/catalog';
import { recordCopy } from '../ledger/writes';
import type { ChannelMove } from '../lifecycle/channel';
import { endCopies } from '../lifecycle/channel-transitions';
import { distributed } from '../lifecycle/distribution';
import { advanceCopies } from './advance-copies';
import { parametersOf } from './begin-publishing';
import { copyTags } from './image-tags';
import type { Run } from './run';

export type CopiedForMove =
  { state: 'under-way' } | { state: 'failed'; why: string } | { state: 'done'; move: ChannelMove };

/**
 * A region or a key that bakery.yml came to name after the bake was ready: the ready AMI is copied, nothing is baked, and
 * the channel moves once the copies are there. Only then are the parameters' writes recorded.
 */
export async function copyForMove(
  run: Run,
  definition: ImageDefinition,
  channelName: string,
  move: ChannelMove,
  put: (move: ChannelMove, alongside?: TableWrite[]) => Promise<void>,
): Promise<CopiedForMove> {
  const { to, distribution } = move;
  if (distribution === undefined) return { state: 'done', move };
  const tags = copyTags({ ...to, id: to.bakeId }, definition, run.deps.settings);
  const who = { image: definition.key, bakeId: to.bakeId, bakedAs: to.image, tags };
  const advance = await advanceCopies(run, who, distribution, (next) => put({ ...move, distribution: next }));
  if (advance.state !== 'done') return advance;
  const made = distributed(advance.distribution);
  const names = parametersOf(run, definition, channelName, made);
  const copied = endCopies({ ...move, distribution: advance.distribution }, names, run.nowMs);
  const before = new Set(Object.values(to.amis));
  const fresh = Object.values(made.amis).filter((amiId) => !before.has(amiId));
  await put(
    copied,
    fresh.map((amiId) => recordCopy(amiId, to.bakeId)),
  );
  return { state: 'done', move: copied };
}
