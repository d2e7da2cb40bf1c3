import { closeSync, openSync, writeSync } from 'node:fs';
import type { CallSite } from './world';

/** Larger inputs are cut: a log is for reading. */
export const LONGEST_INPUT_BYTES = 20 * 1024;

/** One call to the local AWS. */
export class CallRecord {
  constructor(
    /** Label of what the world was being used for. */
    readonly step: string,
    /** World time, ms since 1970. */
    readonly atMs: number,
    readonly site: CallSite,
    readonly service: string,
    readonly operation: string,
    /** As the log keeps it. */
    readonly inputJson: string,
    /** `ok` or the name of the error. */
    readonly outcome: string,
    readonly durationMs: number,
  ) {}

  get input(): unknown {
    return JSON.parse(this.inputJson) as unknown;
  }

  toJSON(): object {
    return {
      step: this.step,
      at: new Date(this.atMs).toISOString(),
      account: this.site.account,
      region: this.site.region,
      caller: this.site.caller,
      service: this.service,
      operation: this.operation,
      input: this.input,
      outcome: this.outcome,
      userAgent: this.site.userAgent,
      durationMs: Math.round(this.durationMs * 1000) / 1000,
    };
  }
}

/** Every call of the local world: kept in memory, and written as JSON lines where a file is given. */
export class CallLog {
  /** Label of the current step, set by whoever drives the world. */
  step = '';
  readonly records: CallRecord[] = [];
  readonly #keep: boolean;
  readonly #file: number | undefined;

  constructor(options: { path?: string; keep?: boolean } = {}) {
    this.#keep = options.keep ?? true;
    this.#file = options.path === undefined ? undefined : openSync(options.path, 'a');
  }

  add(record: CallRecord): void {
    if (this.#keep) this.records.push(record);
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  /** False where nobody would read the input: then it need not be serialised. */
  get wanted(): boolean {
    return this.#keep || this.#file !== undefined;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/** The input as the log keeps it: JSON, bytes as base64, cut at LONGEST_INPUT_BYTES. */
export function inputForLog(input: unknown): string {
  const json = JSON.stringify(input, bytesAsBase64) ?? 'null';
  if (json.length <= LONGEST_INPUT_BYTES) return json;
  return JSON.stringify({ truncated: json.slice(0, 1000), length: json.length });
}

function bytesAsBase64(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
