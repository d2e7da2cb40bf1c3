import { claimedAtMsOf } from './bake-id';
import type { Channel, ChannelMove, Gone, Published, Soaking } from './channel';
import { newChannel } from './channel-transitions';
import type { Pin } from './pin';

/** As many as a nightly image with a soak of weeks has. */
const mostSoaking = 30;
const mostPast = 10;

export const soakingOf = (published: Published): Soaking => ({
  bakeId: published.bakeId,
  sinceMs: published.publishedAtMs ?? published.bakedAtMs,
  contentDigest: published.contentDigest,
  ...(published.baseAmiId === undefined ? {} : { baseAmiId: published.baseAmiId }),
  ...(published.tests === undefined ? {} : { tested: true }),
});

/**
 * What the next channel remembers when the one before it moves: the bake that leaves goes on soaking, else an image that is
 * baked every night would never be promoted after a soak of a day. Where the channel goes back to an earlier bake, what it
 * leaves has found its objection, with all that came after the bake in force now: a person rolled it back, or a commit or
 * its base was reverted. Undefined: nothing changes.
 */
export function passOn(
  next: Channel | undefined,
  left: Published | undefined,
  came: Published,
  cause: ChannelMove['cause']['code'],
): Channel | undefined {
  // What leaves was revoked, and what comes has been passed on before.
  if (cause === 'revoked') return undefined;
  const before = next?.soaking ?? [];
  const isBack = cause === 'rolled-back' || (left !== undefined && came.bakeId < left.bakeId);
  const after = isBack ? upTo(before, came.bakeId) : withLeft(before, next, left);
  if (after === undefined) return undefined;
  const { soaking: _before, ...rest } = next ?? newChannel();
  return after.length === 0 ? rest : { ...rest, soaking: after };
}

function upTo(before: readonly Soaking[], newest: string): Soaking[] | undefined {
  const after = before.filter(({ bakeId }) => bakeId <= newest);
  return after.length === before.length ? undefined : after;
}

function withLeft(
  before: readonly Soaking[],
  next: Channel | undefined,
  left: Published | undefined,
): Soaking[] | undefined {
  if (left === undefined || left.bakeId <= (next?.current?.bakeId ?? '')) return undefined;
  if (before.some(({ bakeId }) => bakeId === left.bakeId)) return undefined;
  // Of too many the latest gives way: without the oldest ones nothing would ever have soaked long enough.
  return [...before.slice(0, mostSoaking - 1), soakingOf(left)];
}

/** What a further channel remembers of its own move: where it has been, and what still may come. */
export function arrived(channel: Channel, left: Published | undefined): Channel {
  const { soaking = [], past = [], gone: lost = [], ...rest } = channel;
  const now = channel.current?.bakeId ?? '';
  const isNewer = ({ bakeId }: { bakeId: string }) => bakeId > now;
  const open = soaking.filter(isNewer);
  const gone = lost.filter(isNewer);
  const earlier =
    left === undefined || left.bakeId === now
      ? past
      : [left.bakeId, ...past.filter((bakeId) => bakeId !== left.bakeId)].slice(0, mostPast);
  return {
    ...rest,
    ...(open.length === 0 ? {} : { soaking: open }),
    ...(gone.length === 0 ? {} : { gone }),
    ...(earlier.length === 0 ? {} : { past: earlier }),
  };
}

/** What a further channel remembers of a bake whose AMI is gone, be it its own: it is not tried again. */
export function lost(channel: Channel, gone: Gone): Channel {
  const { soaking = [], ...rest } = channel;
  const open = soaking.filter(({ bakeId }) => bakeId !== gone.bakeId);
  return {
    ...rest,
    ...(open.length === 0 ? {} : { soaking: open }),
    gone: [...(channel.gone ?? []).filter(({ bakeId }) => bakeId !== gone.bakeId), gone].slice(-mostPast),
  };
}

/**
 * Whether a pin of a further channel keeps a bake out. Only what a person set in motion after it passes: a bake that was
 * begun later and is made of other inputs, or with `until: base` built on another base.
 */
export function keepsOut(pin: Pin, { bakeId, contentDigest, baseAmiId }: Soaking): boolean {
  if ((claimedAtMsOf(bakeId) ?? 0) < pin.atMs) return true;
  if (contentDigest !== pin.contentDigest) return false;
  return pin.until !== 'base' || baseAmiId === undefined || baseAmiId === pin.baseAmiId;
}
