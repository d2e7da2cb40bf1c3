import type { Architecture, Base } from '../../lib/definitions/catalog';
import type { LocalAws } from '../aws/create-world';
import { amazon, amiIdFor } from '../bakery/public-amis';
import type { ForeignRepo } from './foreign-repo';

interface Place {
  account: string;
  region: string;
}

/**
 * Makes what a foreign repo takes for granted in its account: the AMIs that its bakery.yml names as bases, and the AMIs
 * and networks that its files name.
 */
export function seedTakenForGranted(
  aws: Pick<LocalAws, 'ec2' | 'ssm'>,
  at: Place,
  { catalog, texts }: ForeignRepo,
  createdAtMs: number,
): void {
  const seeded = new Set<string>();
  const seed = (
    amiId: string,
    architecture: Architecture,
    name = `foreign-base-${amiId}`,
    owner = amazon.owner,
  ) => {
    const known = aws.ec2.DescribeImages(
      { Filters: [{ Name: 'image-id', Values: [amiId] }] },
      { ...at, caller: 'observer' },
    );
    if (seeded.has(amiId) || (known.Images ?? []).length > 0) return;
    seeded.add(amiId);
    const ownerAlias = owner === amazon.owner ? amazon.ownerAlias : null;
    aws.ec2.seedPublicImage({ region: at.region, amiId, name, owner, ownerAlias, architecture, createdAtMs });
  };
  for (const { base, architecture } of catalog.images) seedBase(aws, at, base, architecture, seed);
  for (const text of texts.values()) {
    for (const amiId of ids(text, 'ami')) seed(amiId, 'x86_64');
    seedNetwork(aws, at, text);
  }
}

const ids = (text: string, prefix: string): string[] => [
  ...new Set(text.match(new RegExp(`\\b${prefix}-(?:[0-9a-f]{17}|[0-9a-f]{8})\\b`, 'g'))),
];

/** Subnets and security groups are taken to be in the first VPC that the same file names. */
function seedNetwork(aws: Pick<LocalAws, 'ec2'>, at: Place, text: string): void {
  const site = { ...at, caller: 'observer' };
  const missing = (prefix: 'vpc' | 'subnet' | 'sg', known: () => unknown[] | undefined) => {
    const found = JSON.stringify(known() ?? []);
    return ids(text, prefix).filter((id) => !found.includes(id));
  };
  for (const vpcId of missing('vpc', () => aws.ec2.DescribeVpcs({}, site).Vpcs))
    aws.ec2.seedVpc(at, { vpcId });
  const vpcId = ids(text, 'vpc')[0] ?? aws.ec2.DescribeVpcs({}, site).Vpcs?.[0]?.VpcId ?? 'vpc-00000000';
  for (const subnetId of missing('subnet', () => aws.ec2.DescribeSubnets({}, site).Subnets)) {
    aws.ec2.seedSubnet(at, { subnetId, vpcId });
  }
  for (const groupId of missing('sg', () => aws.ec2.DescribeSecurityGroups({}, site).SecurityGroups)) {
    aws.ec2.seedSecurityGroup(at, { groupId, vpcId, name: groupId.replace('sg-', 'group-') });
  }
}

function seedBase(
  aws: Pick<LocalAws, 'ssm'>,
  at: Place,
  base: Base,
  architecture: Architecture,
  seed: (amiId: string, architecture: Architecture, name?: string, owner?: string) => void,
): void {
  switch (base.kind) {
    case 'ami':
      return seed(base.amiId, architecture);
    case 'ssm': {
      const site = { ...at, caller: 'person:owner' };
      const known = aws.ssm.GetParameters({ Names: [base.path] }, site).Parameters ?? [];
      if (known.length > 0) return;
      const amiId = amiIdFor(base.path);
      seed(amiId, architecture);
      if (base.path.startsWith('/aws/service/')) aws.ssm.publish(at.region, base.path, amiId);
      else void aws.ssm.PutParameter({ Name: base.path, Value: amiId, Type: 'String' }, site);
      return;
    }
    case 'ami-filter': {
      const [pattern = 'foreign-base'] = base.filters['name'] ?? [];
      const name = pattern.replaceAll('*', '2026').replaceAll('?', '0');
      const owner = base.owners.find((each) => /^\d{12}$/.test(each)) ?? amazon.owner;
      return seed(amiIdFor(`${name} ${architecture}`), architecture, name, owner);
    }
    case 'image':
    case 'upstream':
    case 'template':
      return;
  }
}
