import { awsCommand } from '../aws-command';
import type { Facts, KeyFacts } from '../facts';
import { command, configuration, Judging } from '../finding';
import type { CheckedImage } from '../subject';
import { isShared } from '../subject';

/** The alias that AWS gave its own key for EBS, in every account and region. */
const defaultKey = /^(arn:[\w-]+:kms:[\w-]*:\d*:)?alias\/aws\/ebs$/;

/**
 * The default EBS key is AWS's: its policy cannot be changed, so nobody else can ever use what is encrypted with it, and EC2
 * refuses to share it (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html).
 */
export function defaultKeyShared({ images, regions, drift, keys }: Facts): Judging {
  const judging = new Judging();
  const told = new Set<string>();
  const tell = (image: CheckedImage, region: string, found: string, byDefault: boolean) => {
    if (told.has(`${image.key} ${region}`)) return;
    told.add(`${image.key} ${region}`);
    judging.find('KMS_DEFAULT_KEY_SHARED', {
      subject: image.key,
      region,
      found,
      fails: `EC2 refuses to share the AMI with ${sharedWith(image)}, and nobody else could launch it.`,
      cures: [
        configuration(
          'bakery.yml, distribution of the image',
          `regions: { ${region}: { kmsKey: alias/YOUR-KEY } }   # a key of the account's own, that its policy lets them use`,
        ),
        ...(byDefault
          ? [
              command(
                'in this account, once there is such a key: what EC2 encrypts with when nobody names a key',
                awsCommand('ec2 modify-ebs-default-kms-key-id', region, { 'kms-key-id': 'alias/YOUR-KEY' }),
              ),
            ]
          : []),
      ],
    });
  };

  judging.given('the images of bakery.yml', images, (all) => {
    for (const image of all.filter(isShared)) {
      for (const { region, kmsKey } of image.regions) {
        if (kmsKey !== undefined && defaultKey.test(kmsKey))
          tell(image, region, `bakery.yml asks for kmsKey: ${kmsKey} in ${region}.`, false);
        const seen = regions.find((it) => it.region === region);
        if (kmsKey !== undefined || seen === undefined || seen.refused) continue;
        judging.given(
          `the EBS encryption of ${region}`,
          seen.ebs,
          ({ encryptedByDefault, defaultKey: key }) => {
            if (encryptedByDefault && defaultKey.test(key))
              tell(image, region, `New volumes of the account are encrypted with ${key} in ${region}.`, true);
          },
        );
      }
    }
  });
  for (const { image, region, amiId, keys: used } of drift.filter((it) => isShared(it.image)))
    judging.given(`the snapshots of ${image.key} in ${region}`, used, (all) => {
      const found = all.find(
        (key) => key !== undefined && (defaultKey.test(key) || isAws(keys, region, key)),
      );
      if (found !== undefined)
        tell(image, region, `${amiId} is encrypted with ${found}, which AWS made for EBS.`, true);
    });
  return judging;
}

/** A snapshot carries the key's ARN, which does not say whose it is. */
const isAws = (keys: readonly KeyFacts[], region: string, arn: string): boolean =>
  keys.some(
    (it) => it.region === region && it.key.known && it.key.value?.arn === arn && it.key.value.managedByAws,
  );

const sharedWith = ({ share }: CheckedImage): string =>
  [...share.accounts, ...share.organizations, ...share.organizationalUnits].join(', ');
