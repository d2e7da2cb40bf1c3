import { faultKinds } from '../contract';
import type { SeedResult } from './run-seed';

/** How far a run is, on a line that is written over on a terminal and now and then elsewhere. */
export class Progress {
  readonly #startedMs = Date.now();
  #seeds = 0;
  #events = 0;
  #failed = 0;
  #toldMs = 0;

  constructor(
    private readonly of: number,
    private readonly out: NodeJS.WriteStream,
  ) {}

  add({ seed, events, violations }: SeedResult): void {
    this.#seeds += 1;
    this.#events += events;
    const [violation] = violations;
    if (violation !== undefined) {
      this.#failed += 1;
      const told = `seed ${seed} violated ${violation.invariant}: ${violation.message}`;
      this.out.write(this.out.isTTY ? `\r${told}\x1b[K\n` : `${told}\n`);
    }
    const nowMs = Date.now();
    if (nowMs - this.#toldMs < (this.out.isTTY ? 200 : 10_000)) return;
    this.#toldMs = nowMs;
    this.out.write(this.out.isTTY ? `\r${this.#line()}\x1b[K` : `${this.#line()}\n`);
  }

  /** The last word: what happened, and which faults struck how often. */
  end(results: readonly SeedResult[]): void {
    this.out.write(this.out.isTTY ? `\r${this.#line()}\x1b[K\n` : `${this.#line()}\n`);
    const most = Math.max(1, ...faultKinds.map((kind) => sum(results, kind)));
    for (const kind of faultKinds) {
      const count = sum(results, kind);
      const bar = '▇'.repeat(Math.ceil((count / most) * 30));
      this.out.write(`  ${kind.padEnd(24)} ${String(count).padStart(8)} ${bar}\n`);
    }
  }

  #line(): string {
    const seconds = (Date.now() - this.#startedMs) / 1_000;
    const rate = Math.round(this.#events / Math.max(0.001, seconds));
    return `${this.#seeds}/${this.of} seeds, ${this.#events} events, ${rate} events/s, ${this.#failed} failed, ${Math.round(seconds)} s`;
  }
}

const sum = (results: readonly SeedResult[], kind: (typeof faultKinds)[number]): number =>
  results.reduce((total, { faults }) => total + (faults[kind] ?? 0), 0);
