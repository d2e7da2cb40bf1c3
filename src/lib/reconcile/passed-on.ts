import type { ImageDefinition } from '../definitions/catalog';
import type { Channel, ChannelMove } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { arrived, passOn } from '../lifecycle/soaking';

/** What a confirmed move changes of the channel itself, where it is not the first, and of the one after it. */
export function passedOn(
  { channels: names, promote }: ImageDefinition,
  channels: ImageRecord['channels'],
  name: string,
  confirmed: Channel,
  { to, cause }: ChannelMove,
): ImageRecord['channels'] {
  const at = names.indexOf(name);
  if (names.length < 2 || at < 0) return {};
  const left = cause.code === 'revoked' ? undefined : channels[name]?.current;
  const changed: ImageRecord['channels'] = at === 0 ? {} : { [name]: arrived(confirmed, left) };
  const next = names[at + 1];
  if (next === undefined || promote === undefined) return changed;
  const passed = passOn(channels[next], left, to, cause.code);
  return passed === undefined ? changed : { ...changed, [next]: passed };
}
