import type { Queue, Table } from '../lib/aws/edges';
import type { Logger } from '../lib/log/logger';
import type { Settings } from '../lib/settings/settings';

/** What a trigger function works with. Built from the environment in Lambda, by hand in the local bakery and in tests. */
export interface TriggerRuntime {
  settings: Settings;
  queue: Queue;
  log: Logger;
}

/** The same for functions that record first what cannot be read again. */
export interface RecordingRuntime extends TriggerRuntime {
  table: Pick<Table, 'write'>;
  nowMs: () => number;
  newId: () => string;
}

/** The part of Lambda's context that is used. */
export interface Invocation {
  awsRequestId?: string;
  /** Ends in the alias that was invoked, where there was one. */
  invokedFunctionArn?: string;
  getRemainingTimeInMillis?: () => number;
}

/** What Lambda calls. An error that is thrown makes Lambda try the event again. */
export type Handler = (event: unknown, invocation?: Invocation) => Promise<unknown>;
