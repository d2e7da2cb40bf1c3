import type { ImageKey } from '../definitions/catalog';
import type { Ancestor } from '../lifecycle/bake';
import type { Channel } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { revocationText, revokedBy, type Revocation, type RevokedBake } from '../lifecycle/revocation';
import { ancestryName } from './ancestry-name';
import type { Desired, LeavingChannel } from './decision';
import type { Snapshot } from './snapshot';

interface Made {
  bakeId: string;
  ancestry: readonly Ancestor[];
}

type World = Pick<Snapshot, 'policy' | 'revocations'>;

/** The revocation that reaches a bake of this bakery: for itself, or for what it was built on. */
export const revokedHere = (
  { policy, revocations }: World,
  image: ImageKey,
  { bakeId, ancestry }: Made,
): Revocation | undefined =>
  revocations === undefined
    ? undefined
    : revokedBy({ image: ancestryName(policy, image), bakeId, ancestry }, revocations);

/** Whether a bake is among those that must not be used: also one whose restoring has not come to its end. */
export const isMarked = (record: Pick<ImageRecord, 'revoked'> | undefined, bakeId: string): boolean =>
  record?.revoked?.some((bake) => bake.bakeId === bakeId) ?? false;

/** Whether a bake may not be published: it is marked, or a revocation reaches it that has not been spread yet. */
export const isDenied = (
  world: World,
  record: ImageRecord | undefined,
  image: ImageKey,
  bake: Made,
): boolean => isMarked(record, bake.bakeId) || revokedHere(world, image, bake) !== undefined;

/** Why a bake of what is desired would be no better than one that was revoked; undefined: there is none. */
export function revokedBefore(
  record: ImageRecord | undefined,
  desired: Pick<Desired, 'inputHash' | 'notBefore'>,
  { revocations }: World,
): string | undefined {
  const found = record?.revoked?.findLast((bake) => isAtLeast(bake, desired));
  const revocation = found === undefined ? undefined : revocations?.[found.of];
  return revocation === undefined ? undefined : revocationText(revocation);
}

const isAtLeast = (bake: RevokedBake, desired: Pick<Desired, 'inputHash' | 'notBefore'>): boolean =>
  bake.inputHash === desired.inputHash && bake.notBefore >= desired.notBefore;

/** Channels that point at what was revoked, also of images that left bakery.yml. */
export function leavingChannels(snapshot: Snapshot): LeavingChannel[] {
  if (snapshot.revocations === undefined || snapshot.policy.mode === 'observe') return [];
  const keys = Object.keys(snapshot.records).sort() as ImageKey[];
  return keys.flatMap((image) =>
    Object.entries(snapshot.records[image]!.channels)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, channel]) => leaving(snapshot, image, name, channel) ?? []),
  );
}

/**
 * A move that is under way to a revoked bake goes to its end once its parameters may have been written, because at most
 * one write of a parameter is outstanding; then the channel leaves, also one that needed a person for something else.
 */
function leaving(
  snapshot: Snapshot,
  image: ImageKey,
  channel: string,
  { current, moving }: Channel,
): LeavingChannel | undefined {
  if (moving !== undefined) {
    const revocation = revokedHere(snapshot, image, moving.to);
    if (revocation === undefined || moving.distribution === undefined) return undefined;
    return { image, channel, bakeId: moving.to.bakeId, revocation, do: 'drop' };
  }
  if (current === undefined) return undefined;
  const revocation = revokedHere(snapshot, image, current);
  if (revocation === undefined) return undefined;
  return { image, channel, bakeId: current.bakeId, revocation, do: 'leave' };
}
