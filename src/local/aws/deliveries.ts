import { closeSync, openSync, writeSync } from 'node:fs';
import type { World } from './world';

/** Something on its way from a service to functions. */
export interface Delivery {
  kind: 'eventbridge' | 'sns' | 'sqs';
  account: string;
  region: string;
  /** Names of rule targets, subscription endpoint, or mapped function. */
  to: string[];
  event: unknown;
}

export interface DeliveryRecord extends Delivery {
  step: string;
  atMs: number;
  outcome: 'delivered' | 'dropped';
}

/** What may happen to deliveries: all three are documented of "best effort" and "at least once". */
export interface DeliveryFault {
  label: string;
  when: (delivery: Delivery) => boolean;
  times?: number;
  drop?: boolean;
  duplicate?: boolean;
  /** How much later than the first the second one comes. */
  duplicateDelayMs?: number;
  delayMs?: number;
}

/** The ways events take, with a record of each and faults that strike them. */
export class Deliveries {
  readonly records: DeliveryRecord[] = [];
  #faults: { fault: DeliveryFault; left: number }[] = [];
  readonly #file: number | undefined;

  constructor(
    private readonly world: Pick<World, 'clock' | 'scheduler'>,
    private readonly options: { path?: string; keep?: boolean; step: () => string },
  ) {
    this.#file = options.path === undefined ? undefined : openSync(options.path, 'a');
  }

  /** Answers a function that takes the fault away again. */
  addFault(fault: DeliveryFault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  /** Schedules `run` once, twice or never, and records which. Answers whether it was at least once. */
  send(delivery: Delivery, delayMs: number, run: () => void | Promise<void>): boolean {
    const fault = this.#strike(delivery);
    this.#record(delivery, fault?.drop ? 'dropped' : 'delivered');
    if (fault?.drop) return false;
    const label = `${delivery.kind} to ${delivery.to.join(', ')}`;
    this.world.scheduler.after(delayMs + (fault?.delayMs ?? 0), label, run);
    if (!fault?.duplicate) return true;
    this.#record(delivery, 'delivered');
    const againMs = delayMs + (fault.delayMs ?? 0) + (fault.duplicateDelayMs ?? 0);
    this.world.scheduler.after(againMs, `${label}, again`, run);
    return true;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #strike(delivery: Delivery): DeliveryFault | undefined {
    const entry = this.#faults.find(({ fault, left }) => left > 0 && fault.when(delivery));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.fault;
  }

  #record(delivery: Delivery, outcome: 'delivered' | 'dropped'): void {
    const record = { step: this.options.step(), atMs: this.world.clock.now(), outcome, ...delivery };
    if (this.options.keep !== false) this.records.push(record);
    if (this.#file === undefined) return;
    const { atMs, ...rest } = record;
    writeSync(this.#file, `${JSON.stringify({ at: new Date(atMs).toISOString(), ...rest })}\n`);
  }
}
