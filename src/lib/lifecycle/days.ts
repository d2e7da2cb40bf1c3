import { dayMs } from '../definitions/instant';

/** `1 day`, `36 days`: whole days, as people count them. */
export function inDays(ms: number): string {
  const whole = Math.floor(ms / dayMs);
  return `${whole} ${whole === 1 ? 'day' : 'days'}`;
}
