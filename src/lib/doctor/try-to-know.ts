import { AwsError } from '../aws/errors';
import { known, unknown, type Known } from '../definitions/known';

/** What an answer says, or why there is none. Only errors of AWS are answers; a mistake of the program is thrown. */
export async function tryToKnow<T>(look: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await look());
  } catch (error) {
    if (error instanceof AwsError) return unknown(whyUnknown(error));
    throw error;
  }
}

export function whyUnknown({ code, call, message }: AwsError): string {
  switch (code) {
    case 'ACCESS_DENIED':
      return `${call} was refused to your credentials; bakery doctor --policy prints what they need`;
    case 'THROTTLED':
    case 'UNAVAILABLE':
      return `${call} did not answer; try again`;
    default:
      return message;
  }
}

/** Judges a fact that was derived from another one. */
export const derived = <A, B>(fact: Known<A>, derive: (value: A) => B): Known<B> =>
  fact.known ? known(derive(fact.value)) : fact;
