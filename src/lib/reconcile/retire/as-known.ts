import { AwsError } from '../../aws/errors';
import { known, unknown, type Known } from '../../definitions/known';
import { LedgerError } from '../../ledger/ledger-error';

/** What could not be read is unknown; anything but AWS's refusal is a mistake of the program. */
export async function asKnown<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await read());
  } catch (error) {
    if (!(error instanceof AwsError || error instanceof LedgerError)) throw error;
    return unknown(error.message);
  }
}
