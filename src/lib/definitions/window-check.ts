import type { DefaultsText } from './bakery-schema';
import type { DocumentPath, Finding } from './finding';
import { show } from './finding';
import { nearMiss } from './near-miss';
import { isTimezone } from './schedule';

/** What is wrong with a window. One that has a length opens on every day but, at most, that of a daylight-saving gap. */
export function checkWindow(window: DefaultsText['window'], path: DocumentPath): Finding[] {
  if (window === undefined) return [];
  const { from, to, timezone = 'UTC' } = window;
  const zone: Finding[] = isTimezone(timezone)
    ? []
    : [
        {
          code: 'BAD_TIMEZONE',
          path: [...path, 'timezone'],
          message: `The time zone ${show(timezone)} is not known.`,
          fix: 'Write an IANA name, for example Europe/London or UTC.',
          suggest: () => nearMiss(timezone, Intl.supportedValuesOf('timeZone')),
        },
      ];
  if (from !== to) return zone;
  const never: Finding = {
    code: 'BAD_WINDOW',
    path: [...path, 'to'],
    message: `The window from ${from} to ${to} never opens.`,
    fix: 'Let it end later than it begins; one that ends earlier goes over midnight.',
  };
  return [...zone, never];
}
