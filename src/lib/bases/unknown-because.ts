import { AwsError } from '../aws/errors';

/** A base that could not be read is unknown, not missing. Anything but an AWS error is a mistake of ours and passes on. */
export function unknownBecause(error: unknown): { state: 'unknown'; why: string } {
  if (!(error instanceof AwsError)) throw error;
  return { state: 'unknown', why: `${error.call}: ${error.code} ${error.message}` };
}
