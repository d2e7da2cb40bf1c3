import { schemaIssues } from '../../src/lib/definitions/bakery-schema';
import type { DocumentPath } from '../../src/lib/definitions/finding';
import { at, prune } from '../../src/lib/definitions/schema-findings';

it.each<[DocumentPath, unknown]>([
  [[], { a: { b: null, c: ['x', { d: 'text' }] } }],
  [['a', 'b'], null],
  [['a', 'b', 'c'], undefined],
  [['a', 'c', 0], 'x'],
  [['a', 'c', 1, 'd'], 'text'],
  [['a', 'c', 2], undefined],
  [['a', 'c', 1, 'd', 'length'], undefined],
  [['constructor'], undefined],
  [['z', 'z'], undefined],
])('at %j is %j', (path, found) => {
  expect(at({ a: { b: null, c: ['x', { d: 'text' }] } }, path)).toEqual(found);
});

describe('what is broken is taken out, and everything else stays', () => {
  const web = { base: 'template', template: 'w/' };
  it.each<[string, unknown, unknown]>([
    ['nothing', { version: 1, images: { web } }, { version: 1, images: { web } }],
    [
      'fields that nobody knows',
      { version: 1, images: { web: { ...web, x: 1, y: { z: 1 } } }, z: 1 },
      { version: 1, images: { web } },
    ],
    ['a value', { version: 1, images: { web: { ...web, notify: 5 } } }, { version: 1, images: { web } }],
    [
      'a list with an entry that is wrong, whole',
      { version: 1, images: { web: { ...web, inputs: ['a', 5] } } },
      { version: 1, images: { web } },
    ],
    [
      'a field that is missing',
      { version: 1, images: { web: { template: 'w/' } } },
      { version: 1, images: { web: { template: 'w/' } } },
    ],
    ['an image', { version: 1, images: { web, app: 5 } }, { version: 1, images: { web } }],
    [
      'not an image for its name',
      { version: 1, images: { W: { ...web, x: 1 } } },
      { version: 1, images: { W: web } },
    ],
    ['a text for a map', { version: 1, images: 'web' }, { version: 1 }],
    ['a text for the file', 'web', 'web'],
  ])('%s', (_, written, left) => {
    const value: unknown = structuredClone(written);
    prune(value, schemaIssues(value));
    expect(value).toEqual(left);
  });
});
