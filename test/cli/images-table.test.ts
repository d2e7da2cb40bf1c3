import { createColors } from 'picocolors';
import { age, imagesTable } from '../../src/cli/images-table';
import { wrapped } from '../../src/cli/tour-progress';
import type { ReportedImage } from '../../src/local/tour/report';

const image: ReportedImage = {
  account: '111111111111',
  image: 'base-al2023',
  architecture: 'x86_64',
  channel: 'stable',
  amiId: 'ami-0ce8746c823e2438f',
  ageSeconds: 4_000,
  decision: 'current',
  reason: 'ami-0ce8746c823e2438f of 2026-11-22 has input hash e263fe501f89…',
};
const never: ReportedImage = { ...image, image: 'web', amiId: null, ageSeconds: null, decision: 'blocked' };

test.each([72, 80, 100, 120, 200])(
  'every image is there, and no line is wider than %d columns',
  (columns) => {
    const lines = imagesTable([image, never], columns, createColors(false)).split('\n');
    expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThanOrEqual(
      Math.max(75, columns),
    );
    const words = lines.join(' ').replace(/[│\s]+/g, ' ');
    for (const word of [
      '111111111111',
      'base-al2023',
      'x86_64',
      'stable',
      '67 min',
      'current',
      'e263fe501f89…',
      'blocked',
    ])
      expect(words).toContain(word);
  },
);

test.each([
  [0, '0 s'],
  [119, '119 s'],
  [120, '2 min'],
  [7_200, '2 h'],
  [172_800, '2 d'],
])('an age of %d seconds reads %s', (seconds, text) => expect(age(seconds)).toBe(text));

test('text is broken between words, and a word that is too long stays whole', () => {
  expect(wrapped('one two three fourteen-letters', 9)).toEqual(['one two', 'three', 'fourteen-letters']);
});
