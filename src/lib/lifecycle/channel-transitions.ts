import type { Share } from '../definitions/catalog';
import type { InstantMs } from '../definitions/instant';
import type { Channel, ChannelMove, Published } from './channel';
import { distributed, isDistributed, type Distribution } from './distribution';
import { firstWrite } from './parameter-step';
import { LifecycleError } from './lifecycle-error';
import { isEmptyShare, union } from './sharing';

export type ChannelStatus = 'idle' | 'moving' | 'confirmed';

/** `announced` is idle again: the announcement is the last thing a move does. A newer move may outrun one. */
export const channelTransitions: Record<ChannelStatus, readonly ChannelStatus[]> = {
  idle: ['moving'],
  moving: ['confirmed', 'idle'],
  confirmed: ['idle', 'moving'],
};

export const newChannel = (): Channel => ({ announcedSequence: 0, lastSequence: 0 });

export function channelStatus(channel: Channel): ChannelStatus {
  if (channel.moving !== undefined) return 'moving';
  const sequence = channel.current?.sequence ?? channel.withdrawn?.sequence ?? 0;
  return sequence > channel.announcedSequence ? 'confirmed' : 'idle';
}

function check(channel: Channel, to: ChannelStatus, what: string): void {
  const from = channelStatus(channel);
  if (!channelTransitions[from].includes(to)) {
    throw new LifecycleError(`A channel that is ${from} cannot ${what}.`);
  }
}

/** Grows over a restored table as well, because time does. */
export const nextSequence = (channel: Channel, nowMs: InstantMs): number =>
  Math.max(channel.lastSequence + 1, nowMs);

/** Writes the intent of a move. `parameters` are the names by region. */
export function beginMove(
  channel: Channel,
  move: {
    to: Omit<Published, 'sequence'>;
    cause: ChannelMove['cause'];
    parameters: Record<string, string>;
    policyDigest: string;
    /** Copies to make first; the parameters are written once they are done. */
    distribution?: Distribution | undefined;
    /** Whom permissions are to be given. */
    granting?: Share | undefined;
    /** The AMI already carries its tags. */
    tagged?: boolean;
    /** Given where a sequence comes from somebody else (a consumer mirrors its upstream's). */
    sequence?: number;
  },
  nowMs: InstantMs,
): Channel {
  check(channel, 'moving', `begin to move to ${move.to.bakeId}`);
  const sequence = move.sequence ?? nextSequence(channel, nowMs);
  if (sequence <= channel.lastSequence) {
    throw new LifecycleError(`Sequence ${sequence} is not above ${channel.lastSequence}.`);
  }
  const { blocked: _released, ...rest } = channel;
  return {
    ...rest,
    lastSequence: sequence,
    moving: {
      to: { ...move.to, sequence },
      cause: move.cause,
      startedAtMs: nowMs,
      tagged: move.tagged ?? false,
      shared: false,
      policyDigest: move.policyDigest,
      ...(move.granting === undefined ? {} : { granting: move.granting }),
      ...(move.distribution === undefined ? {} : { distribution: move.distribution }),
      parameters: move.distribution === undefined ? firstWrites(move.parameters, move.to.amis, nowMs) : {},
    },
  };
}

const firstWrites = (
  names: Record<string, string>,
  amis: Record<string, string>,
  nowMs: InstantMs,
): ChannelMove['parameters'] =>
  Object.fromEntries(
    Object.entries(names).map(([region, name]) => {
      const amiId = amis[region];
      if (amiId === undefined) throw new LifecycleError(`There is no AMI in ${region} for ${name}.`);
      return [region, firstWrite(name, amiId, nowMs)];
    }),
  );

/** Every copy of a move is made: its parameters are about to be written. `names` by region. */
export function endCopies(move: ChannelMove, names: Record<string, string>, nowMs: InstantMs): ChannelMove {
  const { distribution, ...rest } = move;
  if (distribution === undefined || !isDistributed(distribution)) {
    throw new LifecycleError('Parameters cannot be written before every copy is made.');
  }
  const { amis, keys } = distributed(distribution);
  const { keys: _before, ...to } = move.to;
  return {
    ...rest,
    to: { ...to, amis, ...(keys === undefined ? {} : { keys }) },
    parameters: firstWrites(names, amis, nowMs),
  };
}

/** The channel moves once every region's parameter read back. */
export function confirmMove(channel: Channel, nowMs: InstantMs): Channel {
  check(channel, 'confirmed', 'be confirmed');
  const move = channel.moving!;
  const open = Object.entries(move.parameters).filter(([, write]) => write.state !== 'confirmed');
  if (!move.tagged || !move.shared || open.length > 0 || move.distribution !== undefined) {
    const missing = [
      ...(move.distribution === undefined ? [] : ['copies']),
      ...(move.tagged ? [] : ['tags']),
      ...(move.shared ? [] : ['launch permissions']),
      ...open.map(([region]) => region),
    ];
    throw new LifecycleError(`A move cannot be confirmed before ${missing.join(', ')}.`);
  }
  const { moving: _moved, withdrawn: _before, ...rest } = channel;
  return {
    ...rest,
    current: { ...move.to, publishedAtMs: nowMs },
    policyDigest: move.policyDigest,
    parameterNames: Object.fromEntries(
      Object.entries(move.parameters).map(([region, write]) => [region, write.name]),
    ),
  };
}

/**
 * Whom a move has given permissions, or may have. Undefined: nobody. Where the move is given up they stay given, and have to
 * be known for when they are to be taken back.
 */
export function givenBy({ to: { granted }, granting }: ChannelMove): Share | undefined {
  const given = union(granted, granting);
  return granted === undefined && isEmptyShare(given) ? undefined : given;
}

/** The move is given up; the channel stays where it was, and a person has to look. */
export function blockMove(channel: Channel, blocked: NonNullable<Channel['blocked']>): Channel {
  check(channel, 'idle', 'give up a move');
  const { moving, policyDigest, current, ...rest } = channel;
  // Where the AMI in force was to get other sharing or tags, some of them may have been given.
  const isSame = moving !== undefined && moving.to.bakeId === current?.bakeId;
  const given = isSame ? givenBy(moving) : undefined;
  return {
    ...rest,
    ...(current === undefined
      ? {}
      : { current: given === undefined ? current : { ...current, granted: given } }),
    blocked,
    ...((isSame && !moving.shared) || policyDigest === undefined ? {} : { policyDigest }),
  };
}

/** The move is given up because nobody wants it any more; nothing of it could be seen yet. */
export function dropMove(channel: Channel): Channel {
  check(channel, 'idle', 'give up a move');
  const { moving: _givenUp, ...rest } = channel;
  return rest;
}

/** The announcement of `sequence` was sent. */
export function announced(channel: Channel, sequence: number): Channel {
  return { ...channel, announcedSequence: Math.max(channel.announcedSequence, sequence) };
}

/**
 * What the channel's announcement says has changed, and not where it points: it is told again, under a larger sequence.
 * One that is moving is told when the move ends, and otherwise if it is given up.
 */
export function announceAgain(channel: Channel, nowMs: InstantMs): Channel {
  const { current, moving, withdrawn } = channel;
  if (current === undefined && withdrawn !== undefined && moving === undefined) {
    const sequence = nextSequence(channel, nowMs);
    return { ...channel, lastSequence: sequence, withdrawn: { ...withdrawn, sequence } };
  }
  if (current === undefined) return channel;
  const sequence = nextSequence(channel, nowMs);
  const again = { ...channel, lastSequence: sequence, current: { ...current, sequence } };
  if (moving === undefined) return again;
  return {
    ...again,
    lastSequence: sequence + 1,
    moving: { ...moving, to: { ...moving.to, sequence: sequence + 1 } },
  };
}

/** Nothing good is left: the channel points at nothing, and its parameters are gone. Sequence, pin and past stay. */
export function withdraw(
  channel: Channel,
  { by, why }: { by: string; why: string },
  nowMs: InstantMs,
): Channel {
  const { current, policyDigest: _none, parameterNames: _deleted, blocked: _over, ...rest } = channel;
  if (current === undefined || channel.moving !== undefined) {
    throw new LifecycleError(
      `A channel that ${current === undefined ? 'has nothing' : 'is moving'} cannot be withdrawn.`,
    );
  }
  const sequence = nextSequence(channel, nowMs);
  const { bakeId, amis } = current;
  return { ...rest, lastSequence: sequence, withdrawn: { bakeId, sequence, amis, by, why, atMs: nowMs } };
}
