import { manyRetirements } from '../../src/lib/notices/many-retirements';
import { atMs, mail } from './mail';

const reasons = ['21 bakes would go on in one run', '7 of the 18 bakes of web/arm64 would go on at once'];
const lines = (count: number) => Array.from({ length: count }, (_, index) => `web/arm64 b-${index}`);

test('more bakes than are retired unasked', () => {
  expect(mail(manyRetirements({ bakery: 'platform', reasons, lines: lines(2) }, atMs))).toBe(
    `id many-retirements:platform, code MANY_RETIREMENTS, to everybody
platform: 2 old bakes, none retired

platform would retire 2 bakes, and has retired none of them: 21 bakes would go on in one run; 7 of the 18 bakes of web/arm64 would go on at once.

  web/arm64 b-0
  web/arm64 b-1

What to do: look at them with bakery retire --dry-run, and at retain in bakery.yml. If they may go: bakery retire --most 2
`,
  );
});

test.each<[number, number, string]>([
  [20, 20, '  web/arm64 b-19'],
  [21, 21, '  and 1 more'],
  [30, 21, '  and 10 more'],
])('of %i it lists %i lines, the last one "%s"', (count, listed, last) => {
  const { text } = manyRetirements({ bakery: 'platform', reasons, lines: lines(count) }, atMs);
  const shown = text.split('\n\n')[1]!.split('\n');
  expect([shown.length, shown.at(-1)]).toEqual([listed, last]);
});
