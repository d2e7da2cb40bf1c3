import type { Image } from '@aws-sdk/client-ec2';
import { minuteMs } from '../../lib/definitions/instant';
import { accounts, region as home } from '../bakery/deployment';
import type { Tour } from './step';

/** The further region that the tour's bakeries may use, and the key that is there and at home. */
export const far = 'eu-central-1';
export const key = 'alias/golden-ami';
export { home };

const site = (account: string, region: string) => ({ account, region, caller: 'observer' });

/** An AMI in a region, and the keys of its snapshots. */
export function amiIn(
  { bakery }: Tour,
  account: string,
  region: string,
  amiId: string | undefined,
): { ami: Image | undefined; keys: (string | undefined)[]; snapshotIds: string[] } {
  const at = site(account, region);
  const Filters = [{ Name: 'image-id', Values: [amiId ?? ''] }];
  const ami = bakery.aws.ec2.DescribeImages({ Filters, Owners: ['self'] }, at).Images?.[0];
  const snapshotIds = (ami?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  const found = bakery.aws.ec2.DescribeSnapshots({ OwnerIds: ['self'] }, at).Snapshots ?? [];
  const keys = found
    .filter(({ SnapshotId }) => snapshotIds.includes(SnapshotId ?? ''))
    .map((it) => it.KmsKeyId);
  return { ami, keys, snapshotIds };
}

export const keyIn = ({ bakery }: Tour, account: string, region: string): string | undefined =>
  bakery.aws.kms.arnOf({ account, region }, key);

/** What a parameter says in a region. */
export function parameterIn(
  { bakery }: Tour,
  account: string,
  region: string,
  name: string,
): string | undefined {
  const { Parameters = [] } = bakery.aws.ssm.GetParameters({ Names: [name] }, site(account, region));
  return Parameters[0]?.Value;
}

/** Accounts that may launch an AMI. */
export function launchersOf({ bakery }: Tour, account: string, region: string, amiId: string): string[] {
  const input = { ImageId: amiId, Attribute: 'launchPermission' } as const;
  const { LaunchPermissions = [] } = bakery.aws.ec2.DescribeImageAttribute(input, site(account, region));
  return LaunchPermissions.flatMap(({ UserId }) => UserId ?? []);
}

/** Accounts that may copy an AMI, because they may read every snapshot of it. */
export function copiersOf(tour: Tour, account: string, region: string, amiId: string): string[] {
  const lists = amiIn(tour, account, region, amiId).snapshotIds.map((SnapshotId) => {
    const input = { SnapshotId, Attribute: 'createVolumePermission' } as const;
    const answer = tour.bakery.aws.ec2.DescribeSnapshotAttribute(input, site(account, region));
    return (answer.CreateVolumePermissions ?? []).flatMap(({ UserId }) => UserId ?? []);
  });
  return (lists[0] ?? []).filter((id) => lists.every((list) => list.includes(id)));
}

/** Lets five minutes pass and the clock strike: in regions where no event tells of it, a copy is seen that way. */
export async function ticks({ bakery, repo }: Tour, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) {
    await bakery.aws.scheduler.pass(5 * minuteMs);
    bakery.tick([repo.account]);
    await bakery.settle();
  }
}

/** What bakery.yml says of an image's distribution from now on. */
export async function distribute(
  tour: Tour,
  image: string,
  distribution: object,
  message: string,
): Promise<void> {
  await tour.repo.editBakeryYml((document) =>
    document.setIn(['images', image, 'distribution'], distribution),
  );
  await tour.repo.push(message);
  await tour.bakery.settle();
}

export const bothRegions = { [home]: { kmsKey: key }, [far]: { kmsKey: key } };

/** Somebody the image is shared with, and somebody the settings do not allow. */
export const friend = accounts.shop;
export const second = accounts.consumer;
export const stranger = '999999999999';
