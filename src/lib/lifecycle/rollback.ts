import type { ImageKey } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Bake } from './bake';
import type { Channel } from './channel';

/** What rolling back needs to know of a bake that ended. */
export type Earlier = Pick<Bake, 'id' | 'image' | 'status'> & { revoked?: { by: string; why: string } };

export type RollbackTarget =
  | { verdict: 'go'; bakeId: string }
  /** The channel has begun to move, and goes to the end of it first. */
  | { verdict: 'wait'; why: string }
  | { verdict: 'refuse'; why: string; remedy: string };

export interface RollbackFacts {
  image: ImageKey;
  channelName: string;
  channel: Channel | undefined;
  /** Its first channel has seen every bake that got ready; a further one only what was promoted to it. */
  isFirst: boolean;
  /** Ended bakes of the image, newest first. */
  history: readonly Earlier[];
  /** The bake that was asked for; undefined: the last good one before what the channel has. */
  to?: string | undefined;
  /** Of the command. */
  askedAtMs: InstantMs;
}

const refuse = (why: string, remedy: string): RollbackTarget => ({ verdict: 'refuse', why, remedy });

/** Statuses of a bake whose AMI may be in a channel. */
const usable: readonly string[] = ['ready', 'deprecated'];

/**
 * Where a channel is to go back to, by what the ledger knows. Whether the AMI is there is asked of EC2 afterwards. Of two
 * people who roll back at the same time the first one's choice holds, and the second is told: without that, the second
 * would undo a bake more than either of them meant.
 */
export function rollbackTarget(facts: RollbackFacts): RollbackTarget {
  const { image, channelName, channel, history, to, askedAtMs } = facts;
  const where = `${image}@${channelName}`;
  const current = channel?.current;
  if (channel === undefined || current === undefined) {
    return refuse(`${where} has never been published`, 'wait for its first bake.');
  }
  const { moving, pin } = channel;
  const rolledBack = pin?.from !== undefined;
  if (pin !== undefined && rolledBack && (pin.atMs >= askedAtMs || to === undefined)) {
    return refuse(
      `${pin.by} rolled ${where} back from ${pin.from} at ${new Date(pin.atMs).toISOString()} already: ${pin.why}`,
      'see where it is now, and name the bake with --to if it is to go elsewhere.',
    );
  }
  if (moving !== undefined) return { verdict: 'wait', why: `${where} is moving to ${moving.to.bakeId}` };
  return to === undefined
    ? lastGood(facts, current.bakeId)
    : asNamed(image, where, to, current.bakeId, history);
}

/** `Bake b-… was revoked by alice: why`. */
export const whyRevoked = (bakeId: string, revoked: { by: string; why: string } | undefined): string =>
  `Bake ${bakeId} was revoked${revoked === undefined ? '' : ` by ${revoked.by}: ${revoked.why}`}`;

function asNamed(
  image: ImageKey,
  where: string,
  to: string,
  current: string,
  history: readonly Earlier[],
): RollbackTarget {
  if (to === current) return refuse(`${where} has bake ${to} already`, 'pin it, if it is to stay there.');
  const found = history.find(({ id }) => id === to);
  if (found === undefined) return refuse(`${image} has no bake ${to}`, 'name another one.');
  if (found.status === 'revoked') return refuse(whyRevoked(to, found.revoked), 'name another one.');
  if (!usable.includes(found.status)) {
    return refuse(`Bake ${to} of ${image} is ${found.status}, not ready`, 'name another one.');
  }
  return { verdict: 'go', bakeId: to };
}

/** Ids of bakes sort by the time of the claim. */
function lastGood(
  { image, channelName, channel, isFirst, history }: RollbackFacts,
  current: string,
): RollbackTarget {
  const past = new Set(channel?.past);
  const found = history.find(
    ({ id, status }) => id < current && usable.includes(status) && (isFirst || past.has(id)),
  );
  if (found !== undefined) return { verdict: 'go', bakeId: found.id };
  return refuse(
    `There is no good bake of ${image} before ${current}${isFirst ? '' : ` that ${channelName} has had`}`,
    'name a bake with --to, or pin the channel where it is.',
  );
}
