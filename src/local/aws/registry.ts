import type { CallLog } from './call-log';
import { CallRecord, inputForLog } from './call-log';
import { copy } from './copy';
import { AwsFailure } from './failure';
import type { Faults } from './faults';
import type { CallSite, World } from './world';

type Handler = (input: unknown, at: CallSite) => unknown;

/** A call that was answered, with what only the local AWS sees of it. */
export interface AnsweredCall {
  record: CallRecord;
  input: unknown;
  /** Undefined where the call failed. */
  output: unknown;
  at: CallSite;
}

/** Metadata that the SDK puts on every answer. */
export interface Answered {
  $metadata: { httpStatusCode: number; requestId: string; attempts: number };
}

/**
 * The services of a local world by the SDK's names (`SSM`, `CodeBuild`). Every call goes through here, whether from an
 * SDK client or over HTTP: it is logged, faults strike, and caller and service never share an object.
 */
export class LocalServices {
  readonly #services = new Map<string, Record<string, Handler>>();
  #calls = 0;
  #inFlight = 0;
  /** Told of every call right after it was answered. Input and output are not to be changed. */
  onAnswer: ((call: AnsweredCall) => void) | undefined;
  /** Most calls that were ever under way at once; reset it before a measurement. */
  deepest = 0;

  constructor(
    private readonly world: Pick<World, 'clock' | 'scheduler'>,
    readonly log: CallLog,
    readonly faults: Faults,
  ) {}

  /** `service` is an object whose public methods are named like the SDK's operations. */
  register(name: string, service: object): void {
    this.#services.set(name, service as Record<string, Handler>);
  }

  /** Whether the local AWS can answer this operation at all. */
  knows(service: string, operation: string): boolean {
    return /^[A-Z]/.test(operation) && typeof this.#services.get(service)?.[operation] === 'function';
  }

  /** Names of all operations by service. */
  operations(): Record<string, string[]> {
    const entries = [...this.#services].map(([name, service]): [string, string[]] => {
      const members = [
        ...Object.keys(service),
        ...Object.getOwnPropertyNames(Object.getPrototypeOf(service)),
      ];
      return [name, members.filter((member) => this.knows(name, member))];
    });
    return Object.fromEntries(entries);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Answers one call with the output and `$metadata`; throws what the service throws, with `$metadata`.
   * An operation that the local AWS lacks fails as `NotInLocalAws`.
   */
  async call(service: string, operation: string, input: unknown, at: CallSite): Promise<Answered> {
    const calledAtMs = this.world.clock.now();
    const startedMs = performance.now();
    const requestId = `00000000-0000-4000-a000-${(++this.#calls).toString(16).padStart(12, '0')}`;
    const logged = this.log.wanted ? inputForLog(input) : 'null';
    const { step } = this.log;
    let outcome = 'ok';
    let answered: unknown;
    this.#inFlight += 1;
    if (this.#inFlight > this.deepest) this.deepest = this.#inFlight;
    try {
      const output = await this.#answer(service, operation, copy(input ?? {}), at);
      answered = output;
      return { ...copy(output ?? {}), $metadata: { httpStatusCode: 200, requestId, attempts: 1 } };
    } catch (error) {
      outcome = error instanceof Error ? error.name : String(error);
      throw withMetadata(error, requestId);
    } finally {
      this.#inFlight -= 1;
      const durationMs = performance.now() - startedMs;
      const record = new CallRecord(step, calledAtMs, at, service, operation, logged, outcome, durationMs);
      this.log.add(record);
      this.onAnswer?.({ record, input, output: answered, at });
    }
  }

  async #answer(service: string, operation: string, input: unknown, at: CallSite): Promise<unknown> {
    const target = this.#services.get(service);
    if (target === undefined || !this.knows(service, operation)) throw notInLocalAws(service, operation);
    const fault = this.faults.strike({ service, operation, input, at });
    if (fault?.delayMs !== undefined) {
      await this.world.scheduler.sleep(fault.delayMs, `${service}.${operation} is slow`);
    }
    if (fault?.before !== undefined) throw fault.before({ service, operation, input, at });
    const output = await target[operation]!(input, at);
    if (fault?.after !== undefined) throw fault.after({ service, operation, input, at });
    return output;
  }
}

function notInLocalAws(service: string, operation: string): Error {
  return new AwsFailure(
    'NotInLocalAws',
    `The local AWS has no ${service}.${operation}. docs/contract.md lists what it has; add a method ${operation} to its ${service} service.`,
    501,
  );
}

function withMetadata(error: unknown, requestId: string): unknown {
  if (!(error instanceof Error) || !('$fault' in error)) return error;
  const failed = error as Error & { $fault: string; $metadata?: { httpStatusCode?: number } };
  const httpStatusCode = failed.$metadata?.httpStatusCode ?? (failed.$fault === 'server' ? 500 : 400);
  failed.$metadata = {
    ...failed.$metadata,
    httpStatusCode,
    requestId,
    attempts: 1,
  } as typeof failed.$metadata;
  return error;
}
