import { minuteMs, type InstantMs } from '../definitions/instant';
import type { Channel, ChannelMove } from './channel';
import { firstWrite } from './parameter-step';

/**
 * After a parameter is deleted, at least 30 seconds have to go by before one of the same name is created (DeleteParameter,
 * Systems Manager API reference).
 */
const createAfterMs = minuteMs;

/** Parameters, by region, that SSM refuses a move and that the channel has had before: they can be deleted and made anew. */
export const refusedBefore = (
  { parameterNames = {} }: Channel,
  { parameters }: ChannelMove,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters)
      .filter(([region, { refusal, name }]) => refusal !== undefined && parameterNames[region] === name)
      .map(([region, { name }]) => [region, name]),
  );

/** Those parameters are gone: the move goes on and creates them, the others stay as they are. */
export function madeAnew(
  channel: Channel,
  move: ChannelMove,
  deleted: Record<string, string>,
  nowMs: InstantMs,
): Channel {
  const isKept = ([region]: [string, unknown]) => deleted[region] === undefined;
  const anew = Object.entries(move.parameters).map(([region, write]) => [
    region,
    isKept([region, write])
      ? write
      : { ...firstWrite(write.name, write.value, nowMs), attempts: 0, deadlineMs: nowMs + createAfterMs },
  ]);
  return {
    ...channel,
    parameterNames: Object.fromEntries(Object.entries(channel.parameterNames ?? {}).filter(isKept)),
    moving: { ...move, parameters: Object.fromEntries(anew) as ChannelMove['parameters'] },
  };
}

/** Every parameter, by region, that a channel has or that its move may have written. */
export const allNames = (
  { parameterNames }: Channel,
  { parameters }: ChannelMove,
): Record<string, string> => ({
  ...parameterNames,
  ...Object.fromEntries(Object.entries(parameters).map(([region, { name }]) => [region, name])),
});
