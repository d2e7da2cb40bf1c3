import { faultKinds, type Weakness } from './contract';
import { Workers } from './run/workers';

/** What the search found out about a weakness. */
export interface Found {
  weakness: string;
  /** The first seed, from 1, that shows it; undefined: none of those that were run. */
  seed?: number;
  /** How many seeds were run. */
  seeds: number;
  /** Invariants that broke there. */
  by: string[];
  events?: number;
  /** Invariants that break there without the mistake as well: then it is not what they found. */
  falseAlarm?: string[];
}

/** Runs seed after seed with the mistake put in until an invariant breaks. */
export async function search(file: string, weakness: Weakness, seeds: Iterable<number>): Promise<Found> {
  const workers = new Workers(file, { faults: weakness.faults ?? [...faultKinds], weakness: weakness.name });
  let count = 0;
  try {
    const worker = await workers.start();
    for (const seed of seeds) {
      count += 1;
      const { violations, events } = await worker.run(seed);
      const by = [...new Set(violations.map(({ invariant }) => invariant))];
      if (by.length > 0) return { weakness: weakness.name, seed, seeds: count, by, events };
    }
  } finally {
    workers.end();
  }
  return { weakness: weakness.name, seeds: count, by: [] };
}

/** Invariants that break without the mistake as well: in the same scene of the same seed, under the same faults. */
export async function withoutIt(file: string, { name, faults }: Weakness, seed: number): Promise<string[]> {
  const workers = new Workers(file, { faults: faults ?? [...faultKinds], scene: name });
  try {
    const { violations } = await (await workers.start()).run(seed);
    return [...new Set(violations.map(({ invariant }) => invariant))];
  } finally {
    workers.end();
  }
}

export const isSensible = ({ foundBy }: Weakness, { by, falseAlarm = [] }: Found): boolean =>
  falseAlarm.length === 0 &&
  by.length > 0 &&
  (foundBy.length === 0 || by.some((name) => foundBy.includes(name)));
