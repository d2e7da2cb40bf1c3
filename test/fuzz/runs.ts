import fc from 'fast-check';

/**
 * How long a fuzz test looks: `FUZZ_RUNS=20000 npx jest test/fuzz` gives every property so many runs in place of its usual
 * few. What fails prints its seed and path; `FUZZ_SEED` repeats a whole run.
 */
const asked = process.env['FUZZ_RUNS'];
const seed = process.env['FUZZ_SEED'];

const longMs = 3_600_000;
if (asked !== undefined) jest.setTimeout(longMs);

/** Runs so far of all properties of a file, told at its end when a long run was asked for. */
let total = 0;
afterAll(() => {
  if (asked !== undefined) process.stderr.write(`fuzz: ${total} runs\n`);
});

/** Checks a property: `usual` runs, or as many as were asked for. */
export function always<T extends [unknown, ...unknown[]]>(
  usual: number,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => void | Promise<void>,
): Promise<void> {
  const numRuns = asked === undefined ? usual : Number(asked);
  const property = fc.asyncProperty(...arbitraries, async (...values: T) => {
    total += 1;
    await holds(...values);
  });
  return fc.assert(property as fc.IAsyncProperty<T>, {
    numRuns,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(asked === undefined ? {} : { interruptAfterTimeLimit: longMs - 60_000 }),
  });
}

/** Fails where it takes longer, and answers what it answers. Milliseconds are generous: machines are busy. */
export function within<T>(milliseconds: number, run: () => T): T {
  const started = performance.now();
  const answer = run();
  expect(performance.now() - started).toBeLessThan(milliseconds);
  return answer;
}
