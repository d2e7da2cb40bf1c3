import type { Catalog, ImageDefinition, ImageKey } from '../../src/lib/definitions/catalog';
import { findCycles, graphOf } from '../../src/lib/definitions/graph';

const catalog = (bases: Record<string, string | undefined>): Catalog => ({
  images: Object.entries(bases).map(
    ([name, base]) =>
      ({
        key: `${name}/arm64`,
        base:
          base === undefined
            ? { kind: 'template' }
            : { kind: 'image', image: `${base}/arm64`, channel: 'stable' },
      }) as ImageDefinition,
  ),
});
const key = (name: string): ImageKey => `${name}/arm64`;

it('knows who is built on whom', () => {
  const graph = graphOf(catalog({ leaf: 'web', web: 'base', app: 'base', base: undefined }));
  expect(graph.order).toEqual(['base', 'app', 'web', 'leaf'].map(key));
  expect(graph.parent(key('web'))).toBe(key('base'));
  expect(graph.ancestors(key('leaf'))).toEqual(['web', 'base'].map(key));
  expect(graph.descendants(key('base'))).toEqual(['app', 'web', 'leaf'].map(key));
  expect(graph.children(key('leaf'))).toEqual([]);
});

it('counts a base that is missing as none', () => {
  const graph = graphOf(catalog({ web: 'gone', app: 'web' }));
  expect(graph.parent(key('web'))).toBeUndefined();
  expect(graph.order).toEqual(['web', 'app'].map(key));
  expect(graph.children(key('gone'))).toEqual([]);
});

it('leaves a circle out of the order, and comes to an end in it', () => {
  const graph = graphOf(catalog({ b: 'a', a: 'b', c: 'c', free: undefined }));
  expect(graph.order).toEqual(['free'].map(key));
  expect(graph.ancestors(key('a'))).toEqual(['b', 'a'].map(key));
  expect(graph.descendants(key('a'))).toEqual(['b'].map(key));
  expect(graph.descendants(key('c'))).toEqual([]);
});

it('sorts within a generation, not over several', () => {
  const graph = graphOf(catalog({ z: undefined, a: 'z', y: undefined, b: 'y', c: 'z' }));
  expect(graph.order).toEqual(['y', 'z', 'b', 'a', 'c'].map(key));
  expect(graph.children(key('z'))).toEqual(['a', 'c'].map(key));
});

it('is fast for 10,000 images in one chain', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `i${index}`);
  const started = performance.now();
  const graph = graphOf(catalog(Object.fromEntries(names.map((name, index) => [name, names[index - 1]]))));
  expect(graph.order).toHaveLength(10_000);
  expect(graph.ancestors(key('i9999'))).toHaveLength(9_999);
  expect(performance.now() - started).toBeLessThan(1_000);
});

it.each([
  [{ a: 'b', b: 'c' }, []],
  [{ a: 'a' }, [['a']]],
  [{ b: 'c', c: 'a', a: 'b', x: 'b', y: 'x' }, [['a', 'b', 'c']]],
  [{ x: 'c', c: 'b', b: 'a', a: 'c' }, [['a', 'c', 'b']]],
  [
    { b: 'a', a: 'b', d: 'c', c: 'd' },
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
])('finds the circles of %j', (bases, cycles) => {
  expect(findCycles(new Map(Object.entries(bases)))).toEqual(cycles);
});
