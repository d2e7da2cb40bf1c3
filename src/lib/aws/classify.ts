import { AwsError } from './errors';
import type { AwsErrorCode } from './errors';
import { cancellationReasons, codeByName, networkErrorCodes } from './error-names';

interface SdkError {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number; attempts?: number };
  CancellationReasons?: { Code?: string }[];
}

/** What an error thrown by the SDK means, told by its name, its network code or its HTTP status; never by its text. */
export function classify(thrown: unknown): { code: AwsErrorCode; failedConditions: number[] } {
  const error = asSdkError(thrown);
  if (error.name === 'TransactionCanceledException') return classifyCancellation(error);
  const code = codeOf(error);
  return { code, failedConditions: code === 'CONDITION_FAILED' ? [0] : [] };
}

/**
 * Runs one SDK call; whatever it throws comes out as an AwsError.
 * @param name service and operation, `ssm.PutParameter`
 */
export async function call<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (thrown instanceof AwsError) throw thrown;
    const { code, failedConditions } = classify(thrown);
    throw awsError(code, name, thrown, failedConditions);
  }
}

export function awsError(
  code: AwsErrorCode,
  name: string,
  thrown: unknown,
  failedConditions: number[] = [],
): AwsError {
  const { name: errorName = typeof thrown, message = String(thrown) } = asSdkError(thrown);
  return new AwsError(code, name, `${name}: ${code} (${errorName}: ${message})`, {
    cause: thrown,
    failedConditions,
  });
}

/** Whether an AwsError was made from the SDK error of this name, where a code is too coarse for an edge. */
export const causedBy = (error: unknown, name: string): boolean =>
  error instanceof AwsError && asSdkError(error.cause).name === name;

/** Number of tries the SDK made for a call that failed in the end. */
export const attemptsOf = (thrown: unknown): number => asSdkError(thrown).$metadata?.attempts ?? 1;

function codeOf(error: SdkError): AwsErrorCode {
  const byName = codeByName.get(error.name ?? '');
  if (byName !== undefined) return byName;
  if (networkErrorCodes.has(error.code ?? '') || networkErrorCodes.has(error.name ?? ''))
    return 'UNAVAILABLE';
  // EC2 names its errors by resource and suffix: InvalidSnapshot.NotFound, InvalidAMIID.Malformed.
  if (error.name?.endsWith('.NotFound')) return 'NOT_FOUND';
  if (error.name?.endsWith('.Malformed')) return 'INVALID';
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (status === 429) return 'THROTTLED';
  if (status >= 500) return 'UNAVAILABLE';
  return 'UNCLASSIFIED';
}

function classifyCancellation(error: SdkError): { code: AwsErrorCode; failedConditions: number[] } {
  const reasons = error.CancellationReasons ?? [];
  const worst = cancellationReasons.find(([reason]) => reasons.some((r) => r.Code === reason));
  const failedConditions = reasons.flatMap((r, index) =>
    r.Code === 'ConditionalCheckFailed' || r.Code === 'DuplicateItem' ? [index] : [],
  );
  return { code: worst?.[1] ?? 'UNCLASSIFIED', failedConditions };
}

const asSdkError = (thrown: unknown): SdkError =>
  typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) };
