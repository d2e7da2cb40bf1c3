import type { Architecture, Base } from '../../lib/definitions/catalog';
import type { LocalAws } from '../aws/create-world';
import { amazon, amiIdFor } from '../bakery/public-amis';
import type { ForeignRepo } from './foreign-repo';

interface Place {
  account: string;
  region: string;
}

/** Makes the AMIs that a foreign repo takes for granted: those its bakery.yml names as bases, and those its files name. */
export function seedForeignBases(
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
    for (const [amiId] of text.matchAll(/\bami-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g)) seed(amiId, 'x86_64');
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
