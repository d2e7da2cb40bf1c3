import fc from 'fast-check';
import { turnOf } from '../../src/lib/reconcile/drift';

const now = 5_960_000;
const pages = fc.integer({ min: 1, max: 60 });

test('ticks in a row look at every page once, then again', () => {
  fc.assert(
    fc.property(pages, fc.nat(10_000), (count, block) => {
      const turns = Array.from({ length: count }, (_, at) => turnOf(block * count + at, count));
      expect(new Set(turns).size).toBe(count);
    }),
  );
});

test('where only each so-manieth tick comes, no page is left out for ever', () => {
  fc.assert(
    fc.property(pages, fc.integer({ min: 1, max: 12 }), (count, every) => {
      const turns = Array.from({ length: 8 * count * count }, (_, at) => turnOf(now + at * every, count));
      expect(new Set(turns).size).toBe(count);
    }),
  );
});
