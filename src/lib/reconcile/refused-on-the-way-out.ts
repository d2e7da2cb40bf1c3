import type { ImageKey } from '../definitions/catalog';
import type { Channel, ChannelMove, ParameterWrite } from '../lifecycle/channel';
import { dropMove, withdraw } from '../lifecycle/channel-transitions';
import type { Notice } from '../lifecycle/image-record';
import { allNames, madeAnew, refusedBefore } from '../lifecycle/parameters-anew';
import { nothingLeft, parametersAnew } from '../notices/way-out';
import { deleteParameters } from './delete-parameters';
import type { Run } from './run';

interface Leaving {
  image: ImageKey;
  name: string;
  /** With the move that was refused. */
  channel: Channel & { moving: ChannelMove };
  refusal: NonNullable<ParameterWrite['refusal']>;
  revoked: { by: string; why: string };
  notify: string | undefined;
}

/**
 * With what was revoked a channel does not stay because SSM refuses a parameter (which has 100 versions, say, of which the
 * oldest carries a label): the parameter is deleted and made anew. Where SSM refuses that as well, the channel points at
 * nothing, like one for which no good bake is left. Undefined: the parameters are not seen to be gone yet.
 */
export async function refusedOnTheWayOut(
  run: Run,
  { image, name, channel, refusal, revoked, notify }: Leaving,
): Promise<{ channel: Channel; notice: Notice; isNothing: boolean } | undefined> {
  const { moving, current } = channel;
  const stuck = refusedBefore(channel, moving);
  const isNothing = Object.keys(stuck).length === 0;
  const parameterNames = isNothing ? allNames(channel, moving) : stuck;
  if (!(await deleteParameters(run, { ...channel, parameterNames }))) return undefined;
  const about = {
    image,
    channel: name,
    from: current?.bakeId ?? 'nothing',
    to: moving.to.bakeId,
    deleted: [...new Set(Object.values(parameterNames))],
    why: refusal.why,
  };
  const { why: reason, ...fields } = about;
  run.deps.log.warn(isNothing ? 'channel leaves for nothing' : 'parameters made anew', { ...fields, reason });
  return {
    isNothing,
    channel: isNothing
      ? withdraw(dropMove(channel), revoked, run.nowMs)
      : madeAnew(channel, moving, stuck, run.nowMs),
    notice: (isNothing ? nothingLeft : parametersAnew)(about, notify, run.nowMs),
  };
}
