import type { LocalServices } from '../src/local/aws/registry';

/** Real time without any new call after which a program is taken to wait for AWS alone. */
const quietMs = 40;

export interface CountedCall {
  tick: number;
  /** `SSM.GetParameters` */
  name: string;
  caller: string;
}

/**
 * Makes latency countable: every AWS call takes exactly one tick, and a tick comes only when the program has nothing
 * left to do but wait for AWS. Calls made side by side share a tick; a call that needs another's answer comes a tick
 * later. The number of ticks with a call is the longest chain of calls that depend on each other: the round trips.
 */
export class VirtualTicks {
  readonly calls: CountedCall[] = [];
  #ticks = 0;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(services: LocalServices) {
    const answer = services.call.bind(services);
    services.call = async (service, operation, input, at) => {
      this.calls.push({ tick: this.#ticks, name: `${service}.${operation}`, caller: at.caller });
      await this.#nextTick();
      return answer(service, operation, input, at);
    };
  }

  #nextTick(): Promise<void> {
    return new Promise((released) => {
      this.#waiting.push(released);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tick(), quietMs);
    });
  }

  #tick(): void {
    this.#ticks += 1;
    for (const release of this.#waiting.splice(0)) release();
  }
}

export interface Counted {
  calls: number;
  roundTrips: number;
}

export const count = (calls: readonly CountedCall[]): Counted => ({
  calls: calls.length,
  roundTrips: new Set(calls.map(({ tick }) => tick)).size,
});
