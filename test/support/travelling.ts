import type { CopyImageRequest, Image, Snapshot } from '@aws-sdk/client-ec2';
import { minuteMs } from '../../src/lib/definitions/instant';
import { deployments } from '../../src/local/bakery/deployment';
import type { Files } from '../../src/local/git/memory-codecommit';
import { accounts, MemoryBakery, region as home, type MemoryBakeryOptions } from './memory-bakery';

export const far = 'eu-central-1';
export const further = 'us-east-1';
export { home };

const { platform, shop } = accounts;

/** One image that goes to two regions, each with a key of its own, unless `distribution` says otherwise. */
export const travelling = (
  distribution = `{ regions: { ${home}: { kmsKey: alias/golden }, ${far}: { kmsKey: alias/golden } }, share: { accounts: ['${shop}'] } }`,
  rest: Files = {},
): Files => ({
  'bakery.yml': `version: 1
images:
  base:
    base: ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}
    template: base/
    distribution: ${distribution}
`,
  'base/main.pkr.hcl': '# base',
  ...rest,
});

export const image = 'base/x86_64';
export const parameter = '/bakery/base/x86_64/stable';

/** The platform's bakery alone, allowed two further regions and a key, which is in every region. */
export class TravellingBakery extends MemoryBakery {
  readonly keys: Record<string, string>;

  constructor(options: MemoryBakeryOptions = {}) {
    const ceilings = { regions: [far, further], kmsKeys: ['alias/golden', 'alias/missing'] };
    super({
      deployments: deployments({ mirrors: [], ceilings }).filter(
        ({ settings }) => settings.account === platform,
      ),
      ...options,
    });
    this.keys = Object.fromEntries(
      [home, far, further].map((region) => [
        region,
        this.aws.kms.createKey({ account: platform, region }, { alias: 'alias/golden' }),
      ]),
    );
  }

  async ticks(count: number): Promise<void> {
    for (let tick = 0; tick < count; tick += 1) {
      await this.pass(5 * minuteMs);
      await this.tick(platform);
    }
  }

  async decision(): Promise<string | undefined> {
    return (await this.decisions(platform))[image];
  }

  images(region: string): Image[] {
    return this.aws.ec2.DescribeImages({ Owners: ['self'] }, { account: platform, region, caller: 'test' })
      .Images!;
  }

  snapshots(region: string, ami: Image): Snapshot[] {
    const SnapshotIds = ami.BlockDeviceMappings!.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    const at = { account: platform, region, caller: 'test' };
    return this.aws.ec2.DescribeSnapshots({ SnapshotIds }, at).Snapshots!;
  }

  parameterIn(region: string): string | undefined {
    try {
      return this.aws.ssm.GetParameter({ Name: parameter }, { account: platform, region, caller: 'test' })
        .Parameter?.Value;
    } catch {
      return undefined;
    }
  }

  copies(step?: string): CopyImageRequest[] {
    return this.calls('EC2', 'CopyImage', step) as CopyImageRequest[];
  }

  announced(): { amis: Record<string, string>; bake: string }[] {
    return this.calls('SNS', 'Publish').flatMap((input) => {
      const { Message } = input as { Message: string };
      return Message.includes('image-published/1') ? [JSON.parse(Message)] : [];
    }) as { amis: Record<string, string>; bake: string }[];
  }

  accountsWith(region: string, amiId: string): string[] {
    const at = { account: platform, region, caller: 'test' };
    const answer = this.aws.ec2.DescribeImageAttribute({ ImageId: amiId, Attribute: 'launchPermission' }, at);
    return (answer.LaunchPermissions ?? []).flatMap(({ UserId }) => UserId ?? []).sort();
  }

  accountsOf(region: string, snapshotId: string): string[] {
    const at = { account: platform, region, caller: 'test' };
    const answer = this.aws.ec2.DescribeSnapshotAttribute(
      { SnapshotId: snapshotId, Attribute: 'createVolumePermission' },
      at,
    );
    return (answer.CreateVolumePermissions ?? []).flatMap(({ UserId }) => UserId ?? []).sort();
  }
}
