import { dayMs, hourMs, minuteMs, secondMs } from '../../lib/definitions/instant';

const units = [
  { least: 2 * dayMs, unit: dayMs, name: 'd' },
  { least: 2 * hourMs, unit: hourMs, name: 'h' },
  { least: 2 * minuteMs, unit: minuteMs, name: 'min' },
  { least: -Infinity, unit: secondMs, name: 's' },
];

/** `3 s`, `12 min`, `5 h`, `9 d`. */
export function age(ms: number): string {
  const { unit, name } = units.find(({ least }) => ms >= least)!;
  return `${Math.max(0, Math.round(ms / unit))} ${name}`;
}

/** `2026-11-22 08:15 UTC`. */
export const time = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
