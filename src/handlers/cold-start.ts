import { createClientFactory } from '../lib/aws/clients';
import type { ClientFactory } from '../lib/aws/clients';
import { sqsQueue } from '../lib/aws/sqs';
import { createLogger } from '../lib/log/logger';
import { readSettings } from '../lib/settings/read-settings';
import type { SettingsEnvironment } from '../lib/settings/read-settings';
import type { Handler, TriggerRuntime } from './runtime';

/** Names of environment variables a function looks at. Nothing else of the environment is read. */
export interface FunctionEnvironment extends SettingsEnvironment {
  /** Set by Lambda. */
  AWS_LAMBDA_FUNCTION_NAME?: string;
}

/**
 * The exported handler of a function. In Lambda its runtime is built while the module loads, so that wrong settings show
 * as a failed start that names every problem; elsewhere, where the module may be loaded for `onX` alone, with the first call.
 */
export function atColdStart<R>(build: (env: FunctionEnvironment) => R, on: (runtime: R) => Handler): Handler {
  let handler: Handler | undefined;
  const ready = (): Handler => (handler ??= on(build(process.env)));
  if (process.env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined) ready();
  return async (event, invocation) => ready()(event, invocation);
}

/**
 * What every function has.
 * @throws SettingsError
 */
export function functionRuntime(
  env: FunctionEnvironment,
  options: Pick<Parameters<typeof createClientFactory>[0], 'assumeRole'> = {},
): Omit<TriggerRuntime, 'queue'> & { clients: ClientFactory } {
  const settings = readSettings(env);
  const clients = createClientFactory({ region: settings.region, ...options });
  const log = createLogger({
    write: (line) => process.stdout.write(`${line}\n`),
    nowMs: () => Date.now(),
    fields: { bakery: settings.bakery, function: env.AWS_LAMBDA_FUNCTION_NAME },
  });
  return { settings, clients, log };
}

/**
 * The same with the queue, which reconcile never sends to.
 * @throws SettingsError
 */
export function triggerRuntime(env: FunctionEnvironment): TriggerRuntime & { clients: ClientFactory } {
  const runtime = functionRuntime(env);
  return { ...runtime, queue: sqsQueue(runtime.clients, runtime.settings.queueUrl) };
}
