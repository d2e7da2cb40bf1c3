import { createHash } from 'node:crypto';
import type { LocalAws } from '../aws/create-world';
import type { PublicImageSeed } from '../aws/ec2/local-ec2';

/** Account and alias of Amazon's own AMIs. */
export const amazon = { owner: '137112412989', ownerAlias: 'amazon' };
const canonical = { owner: '099720109477', ownerAlias: null };
const debian = { owner: '136693071363', ownerAlias: null };

type Family = Pick<PublicImageSeed, 'owner' | 'ownerAlias' | 'rootDeviceName'> & {
  /** `{arch}` is x86_64 or arm64, `{deb}` the same as Debian writes it. */
  name: string;
  parameters: string[];
};

const families: Family[] = [
  {
    ...amazon,
    name: 'al2023-ami-2023.9.20251020.0-kernel-6.1-{arch}',
    parameters: [
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}',
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-{arch}',
    ],
  },
  {
    ...amazon,
    name: 'al2023-ami-minimal-2023.9.20251020.0-kernel-6.1-{arch}',
    parameters: ['/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-{arch}'],
  },
  {
    ...amazon,
    name: 'amzn2-ami-hvm-2.0.20251014.0-{arch}-gp2',
    parameters: ['/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-{arch}-gp2'],
  },
  {
    ...canonical,
    rootDeviceName: '/dev/sda1',
    name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{deb}-server-20251022',
    parameters: ['/aws/service/canonical/ubuntu/server/24.04/stable/current/{deb}/hvm/ebs-gp3/ami-id'],
  },
  {
    ...canonical,
    rootDeviceName: '/dev/sda1',
    name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{deb}-server-20251020',
    parameters: ['/aws/service/canonical/ubuntu/server/22.04/stable/current/{deb}/hvm/ebs-gp2/ami-id'],
  },
  {
    ...debian,
    name: 'debian-12-{deb}-20251006-2257',
    parameters: ['/aws/service/debian/release/12/latest/{deb}'],
  },
];

/** AMIs that everybody sees and most templates begin with, with the public parameters that name them. */
export function seedPublicAmis(
  aws: Pick<LocalAws, 'ec2' | 'ssm'>,
  region: string,
  createdAtMs: number,
): void {
  for (const { name, parameters, ...seed } of families) {
    for (const architecture of ['x86_64', 'arm64'] as const) {
      const fill = (text: string) =>
        text
          .replaceAll('{arch}', architecture)
          .replaceAll('{deb}', architecture === 'x86_64' ? 'amd64' : 'arm64');
      const amiId = amiIdFor(`${region} ${fill(name)}`);
      aws.ec2.seedPublicImage({ ...seed, region, amiId, name: fill(name), architecture, createdAtMs });
      for (const parameter of parameters) aws.ssm.publish(region, fill(parameter), amiId);
    }
  }
}

/** The same id for the same name in every local bakery. */
export const amiIdFor = (name: string): string =>
  `ami-0${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
