import { minuteMs } from '../definitions/instant';
import type { Channel } from '../lifecycle/channel';
import { parameterKey } from './read-parameters';
import type { Run } from './run';

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

/** Ten parameters to compare with the ledger, in turn; `tick` comes from the clock, so nothing has to be remembered. */
export function driftPage(channels: readonly Channel[], tick: number): Place[] {
  const places = channels
    .flatMap(placesOf)
    .sort((a, b) => (`${a.region} ${a.name}` < `${b.region} ${b.name}` ? -1 : 1));
  const pages = Math.max(1, Math.ceil(places.length / pageSize));
  const start = turnOf(tick, pages) * pageSize;
  return places.slice(start, start + pageSize);
}

/**
 * Which page a tick looks at. Of ticks in a row each page has its turn once, then again from another one on: where only
 * each second or fourth tick comes, none is left out for ever, as it would be from always the same one.
 */
export function turnOf(tick: number, pages: number): number {
  const block = Math.floor(tick / pages);
  const shift = Math.imul(block, 0x9e3779b1) >>> 8;
  return (tick + shift) % pages;
}

/**
 * Why the parameters of a channel have to be written again; undefined: they need not, or nothing is known of them.
 * @param wanted names by region, as the settings say now
 */
export function whyRepair(run: Run, channel: Channel, wanted: Record<string, string>): string | undefined {
  const { current, parameterNames = {}, moving, blocked } = channel;
  if (current === undefined || moving !== undefined || blocked !== undefined) return undefined;
  for (const [region, name] of Object.entries(wanted)) {
    const known = parameterNames[region];
    if (known !== undefined && known !== name) return `it was kept in ${known}, and belongs in ${name}`;
  }
  if (run.nowMs - (current.publishedAtMs ?? 0) < settledAfterMs) return undefined;
  for (const { region, name } of placesOf(channel)) {
    const seen = run.facts.parameters.get(parameterKey(region, name));
    if (seen?.known !== true || seen.value === current.amis[region]) continue;
    return `${name} read ${seen.value ?? 'nothing'} instead of ${current.amis[region]}`;
  }
  return undefined;
}
