import type { Share } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Ancestor } from './bake';

/** Why a bake and everything baked on it must not be used any more. One item of the ledger each. */
export interface Revocation {
  version: number;
  bakeId: string;
  /** `account/bakery/image/arch`: what the bake is of. Only the account that made it may revoke it. */
  image: string;
  by: string;
  why: string;
  atMs: InstantMs;
  /** `upstream`: the bakery that made it said so. */
  origin: { kind: 'person'; commandId: string } | { kind: 'upstream'; bakery: string };
  /** Every bake of this bakery that it reaches has been marked, unshared and disabled; absent: not all of them yet. */
  spreadAtMs?: InstantMs;
  /** It was taken back, and holds no more; bakes that it reached are being restored. */
  lifted?: { by: string; why: string; atMs: InstantMs };
}

/** A bake of an image that is revoked, for itself or for what it was built on. */
export interface RevokedBake {
  bakeId: string;
  /** The revocation, as `revocationId` has it. */
  of: string;
  inputHash: string;
  notBefore: InstantMs;
}

/** Kept in history with a bake that must not be used any more. */
export interface RevokedMark {
  /** The revocation, as `revocationId` has it. */
  of: string;
  by: string;
  why: string;
  atMs: InstantMs;
  /** Every AMI of it that the ledger knows of. */
  amis: { region: string; amiId: string }[];
  /** Whom the bakery gave permissions: given again if it is taken back. */
  granted?: Share;
  /** When its AMIs had been unshared and disabled. */
  closedAtMs?: InstantMs;
}

/** By `revocationId`. */
export type Revocations = Readonly<Record<string, Revocation>>;

/**
 * `account/bakery#bake`. Ids of bakes are each bakery's own, and none may speak for another one's; an image that was
 * renamed has bakes under both names.
 */
export const revocationId = ({ image, bakeId }: Pick<Revocation, 'image' | 'bakeId'>): string =>
  `${makerOf(image)}#${bakeId}`;

/** `account/bakery` of `account/bakery/image/arch`. */
export const makerOf = (image: string): string => image.split('/', 2).join('/');

/** Those that have not been taken back; undefined: there are none, which is what planning meets most of the time. */
export function inForce(all: Iterable<Revocation>): Revocations | undefined {
  const holding = [...all].filter(({ lifted }) => lifted === undefined);
  if (holding.length === 0) return undefined;
  return Object.fromEntries(holding.map((revocation) => [revocationId(revocation), revocation]));
}

/** The revocation that reaches an AMI by what it descends from, the nearest ancestor first. */
export function revokedAbove(
  ancestry: readonly Ancestor[],
  revocations: Revocations | undefined,
): Revocation | undefined {
  if (revocations === undefined) return undefined;
  for (const { image, bakeId } of ancestry) {
    if (image === undefined || bakeId === undefined) continue;
    const found = revocations[revocationId({ image, bakeId })];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The revocation that reaches a bake: its own, or one of what it was built on. `image`: `account/bakery/image/arch`. */
export const revokedBy = (
  bake: { image: string; bakeId: string; ancestry: readonly Ancestor[] },
  revocations: Revocations | undefined,
): Revocation | undefined => revocations?.[revocationId(bake)] ?? revokedAbove(bake.ancestry, revocations);

/** Why a bake is revoked: for itself, or with what it was built on. */
export function whyRevoked(bakeId: string, revocation: Revocation | undefined): string {
  if (revocation === undefined) return 'it was revoked';
  return revocation.bakeId === bakeId ? revocation.why : revocationText(revocation);
}

/** `bake b-… of platform/base-al2023/arm64 was revoked by alice: why`, to be continued. */
export function revocationText({ image, bakeId, by, why }: Revocation): string {
  const [, ...name] = image.split('/');
  return `bake ${bakeId} of ${name.join('/')} was revoked by ${by}: ${why.trim().replace(/\.$/, '')}`;
}
