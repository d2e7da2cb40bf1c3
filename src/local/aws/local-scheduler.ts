import type { Clock } from './clock';
import { ShiftedClock, VirtualClock } from './clock';
import type { Scheduler } from './scheduler';
import { TimeQueue } from './time-queue';

/** A task that does I/O after all must not starve it. */
const mostQuickTurns = 100;

interface Task {
  label: string;
  run: () => void | Promise<void>;
}

/** A task of the world that threw. */
export interface TaskError {
  label: string;
  error: unknown;
}

export interface Settled {
  /** Whether nothing is left to do within the horizon. */
  settled: boolean;
  /** Labels of what was still going on or due when the time was up. */
  outstanding: string[];
}

/**
 * Runs what is due, in order of due time (equal times: in order of scheduling), one task after another. A task that
 * sleeps gives way to the next, so that calls of two tasks can interleave. On a VirtualClock time jumps to the next
 * due task; on a real one it is waited for.
 */
export class LocalScheduler implements Scheduler {
  readonly errors: TaskError[] = [];
  /** Labels of the tasks that were run, oldest first, where asked for. */
  readonly trace: string[] = [];
  readonly #queue = new TimeQueue<Task>();
  readonly #running = new Map<symbol, string>();
  readonly #tracked = new Map<symbol, string>();
  #wake: (() => void)[] = [];
  #gaveWay = false;

  constructor(
    private readonly clock: Clock,
    private readonly options: {
      trace?: boolean;
      /** Tasks do no I/O of their own, as in a simulation: whatever they begin has ended once no promise is left to run. */
      noIo?: boolean;
    } = {},
  ) {}

  after(delayMs: number, label: string, run: () => void | Promise<void>): void {
    this.#queue.push(this.clock.now() + Math.max(0, delayMs), { label, run });
    this.#signal();
  }

  track<T>(label: string, work: Promise<T>): Promise<T> {
    const id = Symbol(label);
    this.#tracked.set(id, label);
    this.#gaveWay = true;
    const ended = () => {
      this.#tracked.delete(id);
      this.#signal();
    };
    work.then(ended, ended);
    return work;
  }

  sleep(delayMs: number, label: string): Promise<void> {
    this.#gaveWay = true;
    return new Promise((resolve) => {
      this.after(delayMs, label, resolve);
    });
  }

  /** World time of the next task, if any. */
  get nextDueMs(): number | undefined {
    return this.#queue.nextAtMs;
  }

  get outstanding(): string[] {
    return [...this.#running.values(), ...this.#tracked.values()];
  }

  /** Runs all that is due now; never moves a virtual clock, never waits for tracked work. */
  async runDue(): Promise<void> {
    for (let task = this.#queue.popDue(this.clock.now()); task; task = this.#queue.popDue(this.clock.now())) {
      await this.#start(task);
    }
  }

  /**
   * Runs the world until nothing is due within `horizonMs` of its time (default: a minute on a virtual clock, two
   * seconds on a real one), nothing runs and nothing is tracked; or until `maxWaitMs` of real time have passed.
   * `untilMs`: nothing that is due later is run.
   */
  async settle(options: { maxWaitMs?: number; horizonMs?: number; untilMs?: number } = {}): Promise<Settled> {
    const virtual = this.clock instanceof VirtualClock;
    const giveUpAtMs = Date.now() + (options.maxWaitMs ?? 60_000);
    const horizonMs = options.horizonMs ?? (virtual ? 60_000 : 2_000);
    for (;;) {
      await this.runDue();
      const lastMs = Math.min(this.clock.now() + horizonMs, options.untilMs ?? Number.POSITIVE_INFINITY);
      const next = this.#queue.nextAtMs;
      const comes = next !== undefined && next <= lastMs;
      if (!comes && this.outstanding.length === 0) return { settled: true, outstanding: [] };
      if (Date.now() >= giveUpAtMs) return { settled: false, outstanding: this.#describe(lastMs) };
      if (comes && this.#tracked.size === 0 && this.clock instanceof VirtualClock) {
        this.clock.advanceTo(Math.max(next, this.clock.now()));
      } else {
        const dueInMs = comes ? next - this.clock.now() : Number.POSITIVE_INFINITY;
        await this.#woken(Math.min(dueInMs, giveUpAtMs - Date.now()));
      }
    }
  }

  /** Lets this much time pass, without waiting for it, and runs what becomes due on the way at its own time. */
  async pass(ms: number): Promise<void> {
    const { clock } = this;
    const endMs = clock.now() + ms;
    await this.runDue();
    for (let next = this.#queue.nextAtMs; next !== undefined && next <= endMs; next = this.#queue.nextAtMs) {
      moveTo(clock, next);
      await this.runDue();
    }
    moveTo(clock, endMs);
  }

  /** Starts a task and waits until it has ended or has nothing to do but wait. */
  async #start(task: Task): Promise<void> {
    if (this.options.trace) this.trace.push(task.label);
    const id = Symbol(task.label);
    let ended = false;
    this.#running.set(id, task.label);
    const finish = () => {
      ended = true;
      this.#running.delete(id);
      this.#signal();
    };
    this.#gaveWay = false;
    void (async () => task.run())().then(finish, (error: unknown) => {
      this.errors.push({ label: task.label, error });
      finish();
    });
    // A task that sleeps, or waits for a child process, may wait for what other tasks do; one that does plain I/O is
    // given a moment, so that a virtual world stays the same from run to run.
    const patientUntilMs = Date.now() + (this.clock instanceof VirtualClock ? 2_000 : 20);
    // process.nextTick comes when all promises have run, and spares the turn of the event loop.
    const turn = this.options.noIo === true ? process.nextTick : setImmediate;
    let turns = 0;
    do await new Promise<void>((resolve) => void (turns < mostQuickTurns ? turn : setImmediate)(resolve));
    while ((turns += 1) > 0 && !ended && !this.#gaveWay && Date.now() < patientUntilMs);
  }

  #describe(lastMs: number): string[] {
    const due = this.#queue.entries().filter(({ atMs }) => atMs <= lastMs);
    return [...this.outstanding, ...due.map(({ item }) => item.label)];
  }

  #signal(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  #woken(maxWaitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(Math.max(1, maxWaitMs), 1_000));
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function moveTo(clock: Clock, ms: number): void {
  if (ms <= clock.now()) return;
  if (clock instanceof VirtualClock) clock.advanceTo(ms);
  else if (clock instanceof ShiftedClock) clock.advance(ms - clock.now());
  else throw new TypeError('this clock cannot be moved');
}
