import type { CallSite } from './world';

export interface Call {
  service: string;
  operation: string;
  input: unknown;
  at: CallSite;
}

/** Something that goes wrong with the calls it matches. */
export interface Fault {
  /** Names it in traces. */
  label: string;
  when: (call: Call) => boolean;
  /** How often it strikes; without end where left out. */
  times?: number;
  /** Thrown instead of the call: it has no effect. */
  before?: (call: Call) => Error;
  /** Thrown after the call took effect: the answer is lost. */
  after?: (call: Call) => Error;
  /** ms of world time that pass before the call has its effect. */
  delayMs?: number;
}

/** The faults now in force. Of several that match, the first added strikes. */
export class Faults {
  readonly struck: { label: string; call: string }[] = [];
  #faults: { fault: Fault; left: number }[] = [];

  /** Answers a function that takes the fault away again. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that strikes this call, if any; it counts as having struck. */
  strike(call: Call): Fault | undefined {
    if (this.#faults.length === 0) return undefined;
    const entry = this.#faults.find(({ fault, left }) => left > 0 && fault.when(call));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    this.struck.push({ label: entry.fault.label, call: `${call.service}.${call.operation}` });
    return entry.fault;
  }
}
