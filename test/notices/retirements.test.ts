import { manyRetirements } from '../../src/lib/notices/many-retirements';
import type { TooMany } from '../../src/lib/lifecycle/retention-facts';
import { atMs, mail } from './mail';

const ofRun = { found: 21, most: 20, why: '21 bakes would go on in one run' };
const ofImage = {
  image: 'web/arm64' as const,
  found: 7,
  most: 6,
  why: '7 of the 18 bakes of web/arm64 would go on at once',
};
const tooMany = [{ ...ofRun, setting: 'maxRetirementsPerRun' as const }, ofImage];
const lines = (count: number) => Array.from({ length: count }, (_, index) => `web/arm64 b-${index}`);

test('more bakes than are retired unasked', () => {
  expect(mail(manyRetirements({ bakery: 'platform', tooMany, lines: lines(2) }, atMs))).toBe(
    `id many-retirements:platform, code MANY_RETIREMENTS, to everybody
platform: 2 old bakes, none retired

platform would retire 2 bakes, and has retired none of them: 21 bakes would go on in one run; 7 of the 18 bakes of web/arm64 would go on at once.

  web/arm64 b-0
  web/arm64 b-1

What to do: look at them with bakery retire --dry-run, and at retain in bakery.yml. If they may go: bakery retire --most 2

If so many are due every day: raise maxRetirementsPerRun in the settings of the deployment, now 20.
`,
  );
});

test.each<[string, TooMany]>([
  ['a part of an image', ofImage],
  ['more than a person let go', ofRun],
])('no setting is named for %s', (_what, over) => {
  const { text } = manyRetirements({ bakery: 'platform', tooMany: [over], lines: lines(7) }, atMs);
  expect(text).toMatch(/If they may go: bakery retire --most 7$/);
});

test.each<[number, number, string]>([
  [20, 20, '  web/arm64 b-19'],
  [21, 21, '  and 1 more'],
  [30, 21, '  and 10 more'],
])('of %i it lists %i lines, the last one "%s"', (count, listed, last) => {
  const { text } = manyRetirements({ bakery: 'platform', tooMany, lines: lines(count) }, atMs);
  const shown = text.split('\n\n')[1]!.split('\n');
  expect([shown.length, shown.at(-1)]).toEqual([listed, last]);
});
