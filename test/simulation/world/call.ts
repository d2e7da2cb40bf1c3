import type { CallRecord } from '../../../src/local/aws/call-log';
import type { CallSite } from '../../../src/local/aws/world';
import type { LedgerChange, SimCall } from '../contract';

/** What was decided about a call before it was sent on. */
export type CallFate =
  | { kind: 'before'; error: () => Error }
  | { kind: 'after'; error: () => Error }
  | { kind: 'killed-before' }
  | { kind: 'killed-after' };

/** Where a function's call comes from, and what becomes of it: one for each call. */
export class SimSite implements CallSite {
  readonly ledger: LedgerChange[] = [];
  /** The service did it, before its answer got lost. */
  tookEffect = false;

  constructor(
    readonly account: string,
    readonly region: string,
    readonly caller: string,
    readonly event: number,
    readonly fate: CallFate | undefined,
  ) {}
}

export class RecordedCall implements SimCall {
  #input: unknown;
  output: unknown;

  constructor(
    readonly index: number,
    readonly record: CallRecord,
    seen: { input: unknown; output: unknown; outcome: string; tookEffect: boolean },
    readonly event: number | undefined,
    readonly ledger: LedgerChange[],
  ) {
    this.#input = seen.input;
    this.output = seen.output;
    this.outcome = seen.outcome;
    this.tookEffect = seen.tookEffect;
  }

  readonly outcome: string;
  readonly tookEffect: boolean;

  get site(): CallSite {
    return this.record.site;
  }
  get service(): string {
    return this.record.service;
  }
  get operation(): string {
    return this.record.operation;
  }
  get atMs(): number {
    return this.record.atMs;
  }
  get input(): unknown {
    return this.#input ?? this.record.input;
  }

  /** What is large is let go once nobody looks at it any more; the input can still be read from its record. */
  forget(): void {
    this.#input = undefined;
    this.output = undefined;
  }
}
