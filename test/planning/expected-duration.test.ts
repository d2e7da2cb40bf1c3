import { hourMs, minuteMs } from '../../src/lib/definitions/instant';
import type { Published } from '../../src/lib/lifecycle/channel';
import { expectedBuildMs, usualBuildMs } from '../../src/lib/planning/expected-duration';

/** The example of the ULID specification: 01ARZ3NDEK… is this time. */
const claimedAtMs = 1_469_922_850_259;
const ulid = '01arz3ndektsv4rrffq69g5fav';
const took = (ms: number, bakeId = `b-${ulid}`) =>
  expectedBuildMs({ bakeId, bakedAtMs: claimedAtMs + ms } as Published);

describe('a build is expected to take', () => {
  it('a quarter of an hour where nothing is known', () => {
    expect(usualBuildMs).toBe(15 * minuteMs);
    expect(expectedBuildMs(undefined)).toBe(usualBuildMs);
  });

  it.each([
    ['a millisecond', 1],
    ['forty minutes', 40 * minuteMs],
    ['eight hours', 8 * hourMs],
  ])('as long as the last one: %s', (_, ms) => {
    expect(took(ms)).toBe(ms);
  });

  it.each<[string, number, string | undefined]>([
    ['it ended as it was claimed', 0, undefined],
    ['it ended before', -1, undefined],
    ['it took longer than any build does', 8 * hourMs + 1, undefined],
    ['its id is too short', minuteMs, `b-${ulid.slice(1)}`],
    ['its id is too long', minuteMs, `b-${ulid}0`],
    ['its id holds no time', minuteMs, `b-u${ulid.slice(1)}`],
    ['its id is of another make', minuteMs, 'adopted-ami-0123456789abcdef0'],
  ])('a quarter of an hour where %s', (_, ms, bakeId) => {
    expect(took(ms, bakeId)).toBe(usualBuildMs);
  });
});
