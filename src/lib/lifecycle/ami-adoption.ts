import type { Architecture, ImageKey } from '../definitions/catalog';
import { bakeTag } from './adoption';
import type { AmiObservation } from './observation';

export interface AmiAdoptionFacts {
  amiId: string;
  /** Undefined: EC2 does not show it. */
  ami: AmiObservation | undefined;
  region: string;
  account: string;
  bakery: string;
  /** Images a person may mean: one, or an entry's with all its architectures. */
  images: readonly { key: ImageKey; architecture: Architecture; channels: readonly string[] }[];
  /** The image's first where left out. */
  channel?: string | undefined;
}

export type AmiAdoption =
  | { verdict: 'adopt'; image: ImageKey; channel: string; ami: AmiObservation }
  | { verdict: 'refuse'; why: string };

const refuse = (why: string): AmiAdoption => ({ verdict: 'refuse', why });

/**
 * Whether an AMI that was made elsewhere can be what a channel points to: ours, available, of an architecture the image
 * has, and of no other bakery. Its architecture chooses the image where an entry has several.
 */
export function judgeAmi(facts: AmiAdoptionFacts): AmiAdoption {
  const { amiId, ami, region, account, bakery, images } = facts;
  if (ami === undefined) return refuse(`EC2 does not show ${amiId} in ${region} to account ${account}`);
  if (ami.ownerId !== account) {
    return refuse(`${amiId} belongs to account ${ami.ownerId}, not to ${account}`);
  }
  if (ami.state !== 'available') return refuse(`${amiId} is ${ami.state}, not available`);
  const image = images.find(({ architecture }) => architecture === ami.architecture);
  if (image === undefined) {
    const wanted = images.map(({ key }) => key).join(' and ');
    return refuse(`${amiId} is ${ami.architecture}, which ${wanted} ${images.length > 1 ? 'are' : 'is'} not`);
  }
  const maker = ami.tags['bakery'];
  if (ami.tags[bakeTag] !== undefined && maker !== undefined && maker !== bakery) {
    return refuse(`${amiId} was made by the bakery ${maker}, which keeps it`);
  }
  const channel = facts.channel ?? image.channels[0] ?? 'stable';
  if (!image.channels.includes(channel)) {
    return refuse(`${image.key} has no channel ${channel}, only ${image.channels.join(', ')}`);
  }
  return { verdict: 'adopt', image: image.key, channel, ami };
}
