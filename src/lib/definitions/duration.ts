import { dayMs, hourMs, minuteMs } from './instant';

const units = { m: minuteMs, h: hourMs, d: dayMs };

/** `90m`, `24h` or `3d` of bakery.yml in milliseconds; its form is checked by the schema. */
export function durationMs(text: string): number {
  const unit = text.at(-1) as keyof typeof units;
  return Number(text.slice(0, -1)) * units[unit];
}
