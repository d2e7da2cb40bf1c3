import type { FindBases } from './candidate';

/** `ami:ami-…`: the AMI itself. */
export const findAmi: FindBases<'ami'> = (bases) =>
  Promise.resolve(
    bases.map(({ amiId }) => ({
      state: 'found',
      amiId,
      ancestry: [{ amiId }],
      alwaysVerify: false,
    })),
  );
