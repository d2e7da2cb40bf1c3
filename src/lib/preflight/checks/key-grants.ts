import { awsCommand } from '../aws-command';
import type { Facts } from '../facts';
import { command, Judging } from '../finding';
import { partitionOf } from '../subject';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html */
const grantOperations = [
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'DescribeKey',
  'CreateGrant',
];

const autoScalingRole = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';

/**
 * Auto Scaling launches with a role of its own, which no key policy of another account can name: it needs a grant, made in
 * its own account. Where a grant is missing depends on whether groups launch the image there: a warning.
 */
export function keyGrants({ keys, subject }: Facts): Judging {
  const judging = new Judging();
  for (const it of keys) {
    const { region, asked, images, key } = it;
    const owner = subject.settings.account;
    const accounts = [...new Set(images.flatMap(({ share }) => share.accounts))]
      .filter((id) => id !== owner)
      .sort();
    if (accounts.length === 0 || !key.known || key.value === undefined || key.value.managedByAws) continue;
    const { arn } = key.value;
    judging.given(`the grants of the key ${asked} in ${region}`, it.grants, (grants) => {
      for (const account of accounts) {
        const grantee = `arn:${partitionOf(region)}:iam::${account}:role/${autoScalingRole}`;
        // A suffix is added to the role's name where a group has a role of its own.
        if (grants.some((grant) => grant.grantee.startsWith(grantee))) continue;
        judging.find('KMS_GRANT_MISSING', {
          subject: arn,
          region,
          found: `The Auto Scaling role of account ${account} has no grant on ${asked}.`,
          fails: `Auto Scaling groups of ${account} cannot launch ${images.map((image) => image.key).join(', ')}: each instance ends at once with Client.InternalError.`,
          cures: [
            command(
              `in account ${account}, by somebody whom the key's policy allows kms:CreateGrant; stacks with role: consumer make it`,
              awsCommand('kms create-grant', region, {
                'key-id': arn,
                'grantee-principal': grantee,
                operations: grantOperations,
              }),
            ),
          ],
        });
      }
    });
  }
  return judging;
}
