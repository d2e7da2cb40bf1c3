import pLimit from 'p-limit';
import type { Candidate, FindBases } from './candidate';
import { unknownBecause } from './unknown-because';

/** DescribeImages shares a small request bucket with everything else in the account (EC2 API throttling). */
const concurrency = 4;

/** `ami-filter:{…}`: the newest AMI that matches; of equally old ones the highest id, so that every run picks the same. */
export const findAmiFilter: FindBases<'ami-filter'> = (bases, { amis, region }) => {
  // One for each run: what an invocation that was killed has left waiting must not hold back the next ones.
  const limit = pLimit(concurrency);
  return Promise.all(
    bases.map((base) =>
      limit(async (): Promise<Candidate> => {
        try {
          const found = await amis.find(region, base.owners, base.filters);
          const newest = found.reduce<(typeof found)[number] | undefined>(
            (best, ami) =>
              best === undefined ||
              ami.createdAtMs > best.createdAtMs ||
              (ami.createdAtMs === best.createdAtMs && ami.amiId > best.amiId)
                ? ami
                : best,
            undefined,
          );
          if (newest === undefined) {
            return {
              state: 'unusable',
              code: 'BASE_MISSING',
              why: `no available AMI of ${base.owners.join(', ')} matches ${JSON.stringify(base.filters)}`,
            };
          }
          return {
            state: 'found',
            amiId: newest.amiId,
            ancestry: [{ amiId: newest.amiId }],
            alwaysVerify: false,
          };
        } catch (error) {
          return unknownBecause(error);
        }
      }),
    ),
  );
};
