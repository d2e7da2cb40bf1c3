import { minuteMs } from '../../../src/lib/definitions/instant';
import type { Chance } from '../../../src/local/aws/chance';
import { connectionLost, internalFailure, throttled } from '../../../src/local/aws/failure';
import type { FaultKind, InjectedFault } from '../contract';
import type { Fault } from '../plan/plan';
import type { CallFate } from './call';
import type { OpenEvent } from './open-event';
import { staleReads } from './stale';

/** A fault that waits for its chance to strike. */
interface Armed {
  fault: Fault;
  account: string;
  chances: number;
  left: number;
}

interface SeenCall {
  service: string;
  operation: string;
  input: unknown;
  event: OpenEvent;
}

/** How long after it struck a fault's consequences may show, where nothing else is said. */
const aftermathMs = 30 * minuteMs;

/** The faults that are armed now, and a record of every one that struck. */
export class Desk {
  readonly struck: InjectedFault[] = [];
  onStrike: ((fault: InjectedFault) => void) | undefined;
  readonly #armed = new Map<FaultKind, Armed[]>();

  constructor(
    private readonly nowMs: () => number,
    private readonly chance: Chance,
  ) {}

  arm(fault: Fault, account: string): void {
    const armed = this.#armed.get(fault.kind) ?? [];
    this.#armed.set(fault.kind, armed);
    armed.push({ fault, account, chances: 0, left: fault.times });
  }

  /** Nothing strikes any more. */
  disarm(): void {
    this.#armed.clear();
  }

  /**
   * Gives an armed fault of the kind its chance; answers it where it strikes. The target is said only then.
   * @param on for faults that strike one operation or function only: which this is
   */
  strikes(
    kind: FaultKind,
    account: string,
    target: () => string,
    details: { event?: number; untilMs?: number } = {},
    on?: string,
  ): Fault | undefined {
    const armed = this.#armed.get(kind);
    if (armed === undefined) return undefined;
    for (const one of armed) {
      if (one.left === 0 || one.account !== account) continue;
      if (one.fault.on !== undefined && one.fault.on !== on) continue;
      one.chances += 1;
      if (one.chances < one.fault.nth) continue;
      one.left -= 1;
      this.record(kind, account, target(), details);
      return one.fault;
    }
    return undefined;
  }

  record(
    kind: FaultKind,
    account: string,
    target: string,
    details: { event?: number; untilMs?: number } = {},
  ): void {
    const atMs = this.nowMs();
    const fault = { kind, atMs, untilMs: atMs + aftermathMs, account, target, ...details };
    this.struck.push(fault);
    this.onStrike?.(fault);
  }

  /** What becomes of a call of a function. */
  fateOf({ service, operation, input, event }: SeenCall): CallFate | undefined {
    if (this.#armed.size === 0) return undefined;
    const { account, index } = event;
    const target = () => `${service}.${operation}${subject(input)}`;
    const strikes = (kind: FaultKind) =>
      this.strikes(kind, account, target, { event: index }, `${service}.${operation}`);
    const killed = strikes('killed');
    if (killed !== undefined) return { kind: killed.pick % 2 === 0 ? 'killed-before' : 'killed-after' };
    if (strikes('call-throttled') !== undefined) return { kind: 'before', error: throttled };
    if (strikes('call-fails-before') !== undefined) return { kind: 'before', error: internalFailure };
    if (strikes('call-fails-after') !== undefined) return { kind: 'after', error: connectionLost };
    return undefined;
  }

  /** ms that a call of this invocation takes each way. */
  latency(event: OpenEvent): number {
    return event.slowMs === 0 ? 0 : 1 + this.chance.below(event.slowMs);
  }

  isStale({ service, operation, event }: Omit<SeenCall, 'input'>): boolean {
    const call = `${service}.${operation}`;
    return (
      staleReads.has(call) &&
      this.strikes('read-stale', event.account, () => call, { event: event.index }) !== undefined
    );
  }
}

/** What a call is about, for people. */
function subject(input: unknown): string {
  const { Name, ImageId, TopicArn, projectName, Key, Item } = input as Record<string, unknown>;
  const key = (Key ?? Item) as { sk?: { S?: string } } | undefined;
  const found = Name ?? ImageId ?? TopicArn ?? projectName ?? key?.sk?.S;
  return typeof found === 'string' ? ` ${found}` : '';
}
