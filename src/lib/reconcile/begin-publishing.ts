import type { ImageDefinition } from '../definitions/catalog';
import { parameterName } from '../definitions/names';
import type { Channel, ChannelMove, Published } from '../lifecycle/channel';
import { beginMove } from '../lifecycle/channel-transitions';
import { policyDigest } from '../planning/policy-digest';
import { parameterKey } from './read-parameters';
import type { Run } from './run';

/** Publish, reuse, amend and repair are all this one operation: a channel begins to move to a ready bake. */
export function beginPublishing(
  run: Run,
  definition: ImageDefinition,
  channelName: string,
  channel: Channel,
  move: { to: Omit<Published, 'sequence'>; cause: ChannelMove['cause'] },
): Channel {
  const { settings } = run.deps;
  const name = parameterName(
    settings.parameterPattern,
    definition.name,
    definition.architecture,
    channelName,
  );
  run.unsent.add(parameterKey(settings.region, name));
  // One region today; a bake's further regions get their parameters with the distribution that makes them.
  return beginMove(
    channel,
    { ...move, parameters: { [settings.region]: name }, policyDigest: policyDigest(definition) },
    run.nowMs,
  );
}
