/** Crockford's base 32, in lower case as bake ids have it. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** When a bake was claimed, in ms, as its id says: `b-` and a ULID, whose first ten digits are the time. */
export function claimedAtMsOf(bakeId: string): number | undefined {
  const [, time] = /^b-([0-7][0-9a-hjkmnp-tv-z]{9})[0-9a-hjkmnp-tv-z]{16}$/.exec(bakeId) ?? [];
  if (time === undefined) return undefined;
  return [...time].reduce((ms, digit) => ms * 32 + digits.indexOf(digit), 0);
}
