import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';

const told = (file: object) =>
  readBakeryYml(JSON.stringify(file, null, 1), { bakery: 'shop', parameterPrefix: '/bakery/' }).problems;
const codes = (file: object) => [...new Set(told(file).map(({ code }) => code))];
const image = { base: 'template', template: 'w/' };
/** Written often rather than once for each image: the same number of images, in a file that is read much faster. */
const arm64 = (count: number): string[] => Array.from({ length: count }, () => 'arm64');

describe('images, counting architectures', () => {
  const two = { architectures: ['x86_64', 'arm64'] };
  it.each<[string, number, object]>([
    ['of one image', 10_001, { images: { web: { ...image, architectures: arm64(10_001) } } }],
    [
      'of one image, and another',
      10_001,
      { images: { web: { ...image, architectures: arm64(10_000) }, app: image } },
    ],
    [
      'two of them by defaults',
      10_001,
      { defaults: two, images: { web: { ...image, architectures: arm64(9_999) }, app: image } },
    ],
  ])('are too many, and nothing more is said: %s', (_, count, file) => {
    expect(told({ version: 1, ...file })).toEqual([
      {
        code: 'TOO_MANY_IMAGES',
        severity: 'error',
        path: 'images',
        line: expect.any(Number) as number,
        column: 2,
        message: `The file holds ${count} images, counting architectures; a bakery plans at most 10000.`,
        fix: 'Split them over several bakeries.',
      },
    ]);
  });

  it('10,000 are not; here they have too many characters', () => {
    const architectures = arm64(9_999);
    expect(codes({ version: 1, images: { web: { ...image, architectures }, app: image } })).toEqual([
      'TOO_LARGE',
    ]);
  });
});

describe('characters, with what defaults adds to each image', () => {
  const most = 32_000_000;
  const long = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, 'x'.repeat(4_096)]));
  /** Fills the image up to so many characters as JSON. */
  const filled = <T extends { variables: object }>(one: T, characters: number): T => {
    const missing = characters - JSON.stringify({ ...one, variables: { ...one.variables, last: '' } }).length;
    return { ...one, variables: { ...one.variables, last: 'x'.repeat(missing) } };
  };
  const refused = (characters: number) => [
    {
      code: 'TOO_LARGE',
      severity: 'error',
      path: 'images',
      line: expect.any(Number) as number,
      column: 2,
      message: `The images come to ${characters} characters with what defaults adds to each; at most ${most} are read.`,
      fix: 'Write less under defaults, or split the images over several bakeries.',
    },
  ];

  // 1,000 images of 31,998 characters each, and {} for the defaults of each.
  const own = { ...image, architectures: arm64(1_000), variables: long(5) };
  it.each([
    ['32,000,000', 31_998, undefined],
    ['32,001,000', 31_999, 32_001_000],
  ])('%s written at an image', (_, characters, beyond) => {
    const web = filled(own, characters);
    const file = { version: 1, images: { web } };
    if (beyond === undefined) expect(codes(file)).toEqual(['DUPLICATE', 'MORE_PROBLEMS']);
    else expect(told(file)).toEqual(refused(beyond));
  });

  it('written under defaults, they count for each image', () => {
    const web = { ...image, architectures: arm64(1_000) };
    const fits = filled({ architectures: ['x86_64', 'arm64'], variables: long(5) }, 23_800);
    const file = (defaults: object) => ({ version: 1, defaults, images: { web, app: image } });
    const characters = (defaults: object) =>
      1_000 * JSON.stringify(web).length +
      2 * JSON.stringify(image).length +
      1_002 * JSON.stringify(defaults).length;
    const beyond = filled(fits, 24_100);
    expect(characters(fits)).toBeLessThan(most);
    expect(codes(file(fits))).toEqual(['DUPLICATE', 'MORE_PROBLEMS']);
    expect(told(file(beyond))).toEqual(refused(characters(beyond)));
  });
});

describe('a base', () => {
  const filter = (characters: number) => {
    const empty = { owners: 'self', name: '' };
    const name = 'x'.repeat(characters - JSON.stringify(empty).length);
    return { 'ami-filter': { ...empty, name } };
  };
  it.each<[string, unknown, string | undefined]>([
    ['a path of 1,000 characters', `ssm:/${'x'.repeat(999)}`, undefined],
    [
      'a path of 1,001 characters',
      `ssm:/${'x'.repeat(1_000)}`,
      `The base "ssm:/${'x'.repeat(73)}… is not one of kind ssm. Write the path of a parameter: ssm:/aws/service/….`,
    ],
    ['a filter of 5,000 characters', filter(5_000), undefined],
    [
      'a filter of 5,001 characters',
      filter(5_001),
      'The filter of the base has 5001 characters. Use at most 5000.',
    ],
  ])('%s', (_, base, expected) => {
    const [problem] = told({ version: 1, images: { web: { ...image, base } } });
    expect(problem && `${problem.message} ${problem.fix}`).toBe(expected);
  });
});

describe('a circle of images', () => {
  const name = (index: number) => `i${String(index).padStart(3, '0')}`;
  const circle = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, index) => [
        name(index),
        { ...image, base: `image:${name((index + 1) % length)}` },
      ]),
    );
  const first100 = Array.from({ length: 100 }, (_, index) => name(index)).join(' → ');
  it.each([
    [100, `${first100} → i000`],
    [101, `${first100} → … (101 images)`],
  ])('of %i is shown as far as a person reads', (length, shown) => {
    const [problem] = told({ version: 1, images: circle(length) });
    expect(problem?.message).toBe(`Images are built on each other in a circle: ${shown}.`);
  });
});
