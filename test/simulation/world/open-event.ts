import type { FunctionName } from '../../../src/local/bakery/account-functions';
import type { RecordedCall } from './call';
import type { SimEvent } from '../contract';

/** An invocation that goes on. */
export class OpenEvent {
  readonly calls: RecordedCall[] = [];
  /** Latency of its calls, where they are slow. */
  slowMs = 0;
  /** Rejects when the function is killed. */
  readonly killed: Promise<never>;
  wasKilled = false;
  kill!: () => void;

  constructor(
    readonly index: number,
    readonly account: string,
    readonly name: FunctionName,
    readonly payload: unknown,
    readonly startedAtMs: number,
    readonly clockSkewMs: number,
  ) {
    this.killed = new Promise<never>((_, reject) => {
      this.kill = () => {
        this.wasKilled = true;
        reject(Object.assign(new Error('the Lambda is gone'), { name: 'Killed' }));
      };
    });
    this.killed.catch(() => undefined);
  }

  close(endedAtMs: number, end: Pick<SimEvent, 'outcome' | 'error' | 'answer'>): SimEvent {
    const { index, account, payload, startedAtMs, clockSkewMs, calls } = this;
    return {
      index,
      account,
      function: this.name,
      payload,
      startedAtMs,
      endedAtMs,
      clockSkewMs,
      calls,
      ...end,
    };
  }
}
