import type { Context } from 'aws-lambda';
import { PerSite } from './per-site';
import type { World } from './world';

export type Handler = (event: unknown, context: Context) => unknown;

export interface FunctionOptions {
  timeoutMs?: number;
  /** Gets the record that Lambda sends to an on-failure destination when the retries are used up. */
  onFailure?: (record: FailureRecord) => void;
}

/** The documented shape of an asynchronous invocation's failure record, as far as the bakery reads it. */
export interface FailureRecord {
  version: '1.0';
  timestamp: string;
  requestContext: {
    requestId: string;
    functionArn: string;
    condition: 'RetriesExhausted';
    approximateInvokeCount: number;
  };
  requestPayload: unknown;
  responsePayload: { errorType: string; errorMessage: string };
}

export interface Invocation {
  account: string;
  region: string;
  functionName: string;
  requestId: string;
  /** World time. */
  atMs: number;
  attempt: number;
  error?: unknown;
}

/** A function failed or timed out; what it threw is the cause. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

interface Registered {
  name: string;
  arn: string;
  handler: Handler;
  options: FunctionOptions;
}

/** Lambda repeats a failed asynchronous invocation after one minute, and after two more (documented). */
const RETRY_MS = [60_000, 120_000];

/** The functions of every account: plain handlers, called as Lambda calls them. */
export class LocalFunctions {
  readonly #functions = new PerSite<Map<string, Registered>>(() => new Map());
  /** Every invocation, oldest first; failed ones carry what was thrown. */
  readonly invocations: Invocation[] = [];
  readonly failures: FailureRecord[] = [];

  constructor(private readonly world: Pick<World, 'clock' | 'chance' | 'scheduler'>) {}

  register(
    at: { account: string; region: string },
    name: string,
    handler: Handler,
    options: FunctionOptions = {},
  ): string {
    const arn = `arn:aws:lambda:${at.region}:${at.account}:function:${name}`;
    this.#functions.at(at).set(name, { name, arn, handler, options });
    return arn;
  }

  has(at: { account: string; region: string }, name: string): boolean {
    return this.#functions.at(at).has(name.split(':')[0] ?? name);
  }

  /** Synchronous: throws FunctionError with what the function threw as its cause. */
  async invoke(at: { account: string; region: string }, name: string, event: unknown): Promise<unknown> {
    return this.#run(at, this.#find(at, name), event, this.world.chance.uuid(), 1);
  }

  /** Asynchronous: answers at once; failures are repeated twice, then go to the on-failure destination. */
  invokeAsync(at: { account: string; region: string }, name: string, event: unknown): string {
    const target = this.#find(at, name);
    const requestId = this.world.chance.uuid();
    const attempt = async (number: number): Promise<void> => {
      try {
        await this.#run(at, target, event, requestId, number);
      } catch (error) {
        const delayMs = RETRY_MS[number - 1];
        if (delayMs === undefined) return this.#giveUp(target, event, requestId, number, error);
        this.world.scheduler.after(delayMs, `lambda retries ${name}`, () => attempt(number + 1));
      }
    };
    this.world.scheduler.after(0, `lambda ${name}`, () => attempt(1));
    return requestId;
  }

  async #run(
    at: { account: string; region: string },
    target: Registered,
    event: unknown,
    requestId: string,
    attempt: number,
  ): Promise<unknown> {
    const invocation: Invocation = {
      ...at,
      functionName: target.name,
      requestId,
      atMs: this.world.clock.now(),
      attempt,
    };
    this.invocations.push(invocation);
    try {
      const answer = await target.handler(
        JSON.parse(JSON.stringify(event ?? null)),
        this.#context(target, requestId),
      );
      return answer === undefined ? undefined : (JSON.parse(JSON.stringify(answer)) as unknown);
    } catch (error) {
      invocation.error = error;
      throw new FunctionError(
        `${target.name} failed: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }

  #context(target: Registered, requestId: string): Context {
    const endsAtMs = this.world.clock.now() + (target.options.timeoutMs ?? 900_000);
    return {
      functionName: target.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: target.arn,
      memoryLimitInMB: '1024',
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${target.name}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, endsAtMs - this.world.clock.now()),
      done: unsupported,
      fail: unsupported,
      succeed: unsupported,
    };
  }

  #giveUp(target: Registered, event: unknown, requestId: string, count: number, error: unknown): void {
    const cause = error instanceof FunctionError ? error.cause : error;
    const record: FailureRecord = {
      version: '1.0',
      timestamp: new Date(this.world.clock.now()).toISOString(),
      requestContext: {
        requestId,
        functionArn: `${target.arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: count,
      },
      requestPayload: event,
      responsePayload: {
        errorType: cause instanceof Error ? cause.name : 'Error',
        errorMessage: cause instanceof Error ? cause.message : String(cause),
      },
    };
    this.failures.push(record);
    target.options.onFailure?.(record);
  }

  #find(at: { account: string; region: string }, name: string): Registered {
    const [plain = name, alias] = name.split(':');
    const target = this.#functions.at(at).get(plain);
    // Aliases are not kept here: whoever is invoked by one learns its name, as in Lambda.
    if (target !== undefined)
      return alias === undefined ? target : { ...target, arn: `${target.arn}:${alias}` };
    throw new FunctionMissing(`no function ${name} in ${at.account} ${at.region}`);
  }
}

/** Invoked by a rule, a mapping, a topic or a client, but never registered. */
export class FunctionMissing extends Error {
  override readonly name = 'FunctionMissing';
}

function unsupported(): never {
  throw new Error('Lambda callbacks of Node 6 are not part of the local AWS: return a promise');
}
