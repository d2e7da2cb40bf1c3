import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import type { Ancestor } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { revocationText, revokedAbove } from '../lifecycle/revocation';
import { ancestryName } from './ancestry-name';
import { revokedHere } from './revoked';
import type { Policy, Snapshot, UnusableBase } from './snapshot';

/** The base of an image, as far as it is known now. */
export type ResolvedBase =
  /** An AMI from outside; element 0 of its ancestry is itself. */
  | { state: 'resolved'; amiId: string; ancestry: Ancestor[] }
  /** What an image of this bakery published. */
  | { state: 'published'; amiId: string; image: ImageKey; bake: Published }
  /** The template chooses for itself. */
  | { state: 'own' }
  /** The base is an image of this bakery whose channel has nothing. */
  | { state: 'unpublished'; image: ImageKey; channel: string }
  /** What an image of this bakery published was revoked, and its channel has not left it yet. */
  | { state: 'leaving'; image: ImageKey; channel: string; bakeId: string; revoked: string }
  | { state: 'unknown'; what: string; why: string }
  | { state: 'unusable'; code: UnusableBase; why: string };

/**
 * `image:` bases come from the parent's channel, and only from what it confirmed; all others were read by observe.
 * @param id `baseId(base)`
 * @param parent record of the image that an `image:` base names
 */
export function resolveBase(
  { base, architecture }: Pick<ImageDefinition, 'base' | 'architecture'>,
  id: string,
  parent: ImageRecord | undefined,
  snapshot: Snapshot,
): ResolvedBase {
  if (base.kind === 'template') return { state: 'own' };
  if (base.kind === 'image') return fromChannel(base.image, base.channel, parent, snapshot);
  if (base.kind === 'ssm' && isUnder(base.path, snapshot.policy.parameterPrefix)) {
    return {
      state: 'unusable',
      code: 'BASE_OWN_PREFIX',
      why: `${base.path} is a parameter of this bakery: use "image:" instead`,
    };
  }
  const resolution = snapshot.bases[id];
  if (resolution === undefined) return { state: 'unknown', what: id, why: 'it has not been read yet' };
  if (resolution.state === 'unknown') return { state: 'unknown', what: id, why: resolution.why };
  if (resolution.state === 'resolved' && (resolution.architecture ?? architecture) !== architecture) {
    return {
      state: 'unusable',
      code: 'BASE_WRONG_ARCHITECTURE',
      why: `${resolution.amiId} is ${resolution.architecture}, and the image is ${architecture}`,
    };
  }
  if (resolution.state === 'resolved') {
    const revoked = revokedAbove(resolution.ancestry, snapshot.revocations);
    if (revoked !== undefined)
      return { state: 'unusable', code: 'BASE_REVOKED', why: revocationText(revoked) };
  }
  return resolution;
}

function fromChannel(
  image: ImageKey,
  channel: string,
  parent: ImageRecord | undefined,
  snapshot: Snapshot,
): ResolvedBase {
  const { policy } = snapshot;
  const current = parent?.channels[channel]?.current;
  if (current === undefined) return { state: 'unpublished', image, channel };
  const revoked = revokedHere(snapshot, image, current);
  if (revoked !== undefined) {
    return { state: 'leaving', image, channel, bakeId: current.bakeId, revoked: revocationText(revoked) };
  }
  const amiId = current.amis[policy.region];
  if (amiId === undefined) {
    return {
      state: 'unusable',
      code: 'BASE_MISSING',
      why: `${image}@${channel} (bake ${current.bakeId}) has no AMI in ${policy.region}`,
    };
  }
  return { state: 'published', amiId, image, bake: current };
}

/** From the base upwards. Apart from `resolveBase`, because only images that are due need it. */
export function ancestryOn(base: ResolvedBase, policy: Policy): Ancestor[] {
  switch (base.state) {
    case 'resolved':
      return base.ancestry;
    case 'published': {
      const { amiId, image, bake } = base;
      return [{ amiId, image: ancestryName(policy, image), bakeId: bake.bakeId }, ...bake.ancestry];
    }
    default:
      return [];
  }
}

export type BuildableBase = Extract<ResolvedBase, { state: 'resolved' | 'published' | 'own' }>;

export const isBuildable = (base: ResolvedBase): base is BuildableBase =>
  base.state === 'resolved' || base.state === 'published' || base.state === 'own';

/** The AMI, where there is one to build on. */
export const baseAmi = (base: ResolvedBase): string | undefined =>
  base.state === 'resolved' || base.state === 'published' ? base.amiId : undefined;

function isUnder(path: string, prefix: string): boolean {
  const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return prefix !== '' && path.startsWith(folder);
}
