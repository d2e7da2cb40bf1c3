import { minuteMs } from '../definitions/instant';
import type { Channel } from '../lifecycle/channel';

/** One GetParameters call (its limit is ten names). */
const pageSize = 10;
/** Parameters are read with a lag: a value confirmed just now may still be on its way everywhere. */
const settledAfterMs = 5 * minuteMs;

interface Place {
  region: string;
  name: string;
}

const placesOf = (channel: Channel): Place[] =>
  channel.moving === undefined && channel.current !== undefined
    ? Object.entries(channel.parameterNames ?? {}).map(([region, name]) => ({ region, name }))
    : [];

/** Ten parameters to compare with the ledger, in turn; `page` comes from the clock, so nothing has to be remembered. */
export function driftPage(channels: readonly Channel[], page: number): Place[] {
  const places = channels
    .flatMap(placesOf)
    .sort((a, b) => (`${a.region} ${a.name}` < `${b.region} ${b.name}` ? -1 : 1));
  const pages = Math.max(1, Math.ceil(places.length / pageSize));
  const start = (page % pages) * pageSize;
  return places.slice(start, start + pageSize);
}

/** Regions in which a parameter no longer says what the channel says, with what it says instead. */
export function drifted(
  channel: Channel,
  read: (region: string, name: string) => { value: string | undefined } | undefined,
  nowMs: number,
): { region: string; name: string; value: string | undefined }[] {
  const { current } = channel;
  if (current === undefined || nowMs - (current.publishedAtMs ?? 0) < settledAfterMs) return [];
  return placesOf(channel).flatMap(({ region, name }) => {
    const seen = read(region, name);
    return seen === undefined || seen.value === current.amis[region]
      ? []
      : [{ region, name, value: seen.value }];
  });
}
