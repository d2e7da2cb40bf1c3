import type { MergedImage } from './expand';
import type { DocumentPath, Finding } from './finding';
import { show } from './finding';

/** The alias of the key that AWS made for EBS, in every account and region. */
const defaultKey = /^(arn:[\w-]+:kms:[\w-]*:\d*:)?alias\/aws\/ebs$/;

/**
 * AWS's own key for EBS cannot be shared: its policy is AWS's, so EC2 refuses to share what is encrypted with it
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html). It would be seen after the bake.
 * @param holder what says the regions: the image, or `defaults`
 */
export function checkDefaultKey({ name, share, regions = {} }: MergedImage, holder: DocumentPath): Finding[] {
  const sharedWith = [...share.accounts, ...share.organizations, ...share.organizationalUnits];
  if (sharedWith.length === 0) return [];
  return Object.entries(regions).flatMap(([region, { kmsKey }]): Finding[] =>
    kmsKey === undefined || !defaultKey.test(kmsKey)
      ? []
      : [
          {
            code: 'DEFAULT_KEY_SHARED',
            path: [...holder, 'distribution', 'regions', region, 'kmsKey'],
            message: `The key ${show(kmsKey)} is AWS's own, and ${name} is shared with ${sharedWith.join(', ')}, who could never use it.`,
            fix: 'Name a key of the account, whose policy lets them use it; bakery doctor shows what the policy needs.',
          },
        ],
  );
}
