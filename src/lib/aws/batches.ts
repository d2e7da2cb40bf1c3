/**
 * Many requests of at most `size` items each, at most `atOnce` under way, in order. The first failure ends it: an answer
 * with a part missing is no answer.
 */
export async function inBatches<I, O>(
  items: readonly I[],
  { size, atOnce }: { size: number; atOnce: number },
  ask: (batch: I[]) => Promise<O>,
): Promise<O[]> {
  const batches: I[][] = [];
  for (let from = 0; from < items.length; from += size) batches.push(items.slice(from, from + size));
  const answers: O[] = [];
  for (let from = 0; from < batches.length; from += atOnce)
    answers.push(...(await Promise.all(batches.slice(from, from + atOnce).map(ask))));
  return answers;
}

/** Each item once, in order of first appearance: services refuse requests that name a thing twice. */
export const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];
