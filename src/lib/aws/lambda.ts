import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { call } from './classify';
import type { ClientFactory } from './clients';

/** A function may run for fifteen minutes (Lambda quota), and the answer comes only then. */
const requestTimeoutMs = 15 * 60 * 1_000;

export type Invocation =
  | { ok: true; answer: unknown }
  /** The function ran and threw. */
  | { ok: false; errorType: string; errorMessage: string };

/** Invokes a function of the bakery and waits for its answer. Not repeated: whether it ran is not known after a failure. */
export async function invokeFunction(
  clients: ClientFactory,
  functionName: string,
  event: unknown,
): Promise<Invocation> {
  const answer = await call('lambda.Invoke', () =>
    clients(LambdaClient, { maxAttempts: 1, requestTimeoutMs }).send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
    ),
  );
  const text = answer.Payload === undefined ? '' : Buffer.from(answer.Payload).toString('utf8');
  const payload: unknown = text === '' ? undefined : JSON.parse(text);
  if (answer.FunctionError === undefined) return { ok: true, answer: payload };
  const { errorType = answer.FunctionError, errorMessage = text } = (payload ?? {}) as {
    errorType?: string;
    errorMessage?: string;
  };
  return { ok: false, errorType, errorMessage };
}
