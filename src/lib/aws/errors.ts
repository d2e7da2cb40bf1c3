/**
 * AWS errors are told apart here, once, by name. Codes are the bakery's own and stable; `cause` is what the SDK threw.
 */
export type AwsErrorCode =
  /** The service asks to slow down, or an account limit is reached: wait, with backoff. */
  | 'THROTTLED'
  /** Network, time-out, 5xx: the same call may go through later; whether it took effect is not known. */
  | 'UNAVAILABLE'
  | 'NOT_FOUND'
  | 'ACCESS_DENIED'
  | 'CONDITION_FAILED'
  /** Another write of the same thing is going on. */
  | 'CONFLICT'
  /** CodeBuild: concurrent build limit of account or project. */
  | 'LIMIT_EXCEEDED'
  | 'PARAMETER_EXISTS'
  | 'PARAMETER_HISTORY_FULL'
  /** Same idempotency token, other request. */
  | 'TOKEN_MISMATCH'
  | 'TOO_LARGE'
  /** The request itself is wrong. */
  | 'INVALID'
  /** A name this table does not know. */
  | 'UNCLASSIFIED';

export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: AwsErrorCode,
    /** `ssm.PutParameter` */
    readonly call: string,
    message: string,
    options: { cause: unknown; failedConditions?: number[] },
  ) {
    super(message, { cause: options.cause });
    this.failedConditions = options.failedConditions ?? [];
  }
  /** Indexes of the writes of a transaction whose condition did not hold. */
  readonly failedConditions: number[];
  /** Whether the same call may succeed later without anything being changed. */
  get retryable(): boolean {
    return ['THROTTLED', 'UNAVAILABLE', 'CONFLICT', 'LIMIT_EXCEEDED'].includes(this.code);
  }
}
