/**
 * An error of AWS that the SDK has no class for (throttling, time-outs, validation): the same members, told apart by
 * name like all others. Where the SDK has a class, the fakes throw that class.
 */
export class AwsFailure extends Error {
  readonly $fault: 'client' | 'server';
  $metadata: { httpStatusCode: number; requestId?: string; attempts?: number };
  constructor(name: string, message: string, httpStatusCode = 400) {
    super(message);
    this.name = name;
    this.$fault = httpStatusCode >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode };
  }
}

export const throttled = (): Error => new AwsFailure('ThrottlingException', 'Rate exceeded', 400);
export const internalFailure = (): Error =>
  new AwsFailure('InternalFailure', 'The request processing has failed', 500);
export const accessDenied = (message: string): Error => new AwsFailure('AccessDeniedException', message, 400);
export const invalid = (message: string): Error => new AwsFailure('ValidationException', message, 400);

/** What a caller sees of an answer that never arrived: nothing tells whether the call took effect. */
export function connectionLost(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
}
