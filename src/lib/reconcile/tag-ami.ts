import type { ImageDefinition } from '../definitions/catalog';
import type { ChannelMove } from '../lifecycle/channel';
import { publishedTags } from './image-tags';
import { lookAtAmi } from './look-at-ami';
import type { Run } from './run';

/** Sets the published AMI's tags, and its snapshots', in every region it is in. Setting them again changes nothing. */
export async function tagAmi(run: Run, move: ChannelMove, definition: ImageDefinition): Promise<void> {
  const tags = publishedTags(move.to, definition, run.deps.settings);
  await Promise.all(
    Object.entries(move.to.amis).map(async ([region, amiId]) => {
      const seen = await lookAtAmi(run, region, amiId);
      await run.deps.amis.tag(region, [amiId, ...(seen?.snapshotIds ?? [])], tags);
    }),
  );
}
