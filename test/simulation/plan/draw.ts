import { Chance } from '../../../src/local/aws/chance';

/** Draws for plans: everything that a seed decides in advance. */
export class Draw extends Chance {
  /** Whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }
  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  likely(probability: number): boolean {
    return this.next() < probability;
  }
  weighted<T extends string>(weights: Record<T, number>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1)!)[0];
  }
}
