import type { ImageKey } from '../definitions/catalog';
import type { Bake } from './bake';
import type { Channel } from './channel';
import { whyRevoked } from './rollback';

export interface PromotionFacts {
  image: ImageKey;
  channelName: string;
  /** The channel before it; absent where it is the first. */
  before: string | undefined;
  channel: Channel | undefined;
  /** What was asked for, or what the channel before has; absent: it has nothing. */
  bakeId: string | undefined;
  /** That bake, as history has it. */
  bake: (Pick<Bake, 'id' | 'status' | 'tests'> & { revoked?: { by: string; why: string } }) | undefined;
  /** The image has tests now. */
  hasTests: boolean;
}

export interface NotPromoted {
  why: string;
  remedy: string;
  /** The channel has it. */
  already?: true;
}

/** Why a person cannot promote a bake to a channel; undefined: nothing is in the way. */
export function whyNotPromoted(facts: PromotionFacts): NotPromoted | undefined {
  const { image, channelName, before, channel, bakeId, bake, hasTests } = facts;
  const where = `${image}@${channelName}`;
  const otherBake = 'name another bake with --bake.';
  if (before === undefined) {
    const why = `${channelName} is the first channel of ${image}: finished bakes are published to it`;
    return { why, remedy: 'ask for a bake, or roll it back.' };
  }
  if (bakeId === undefined) {
    return { why: `${before} of ${image} has never been published`, remedy: 'wait for its first bake.' };
  }
  const { pin, current } = channel ?? {};
  if (pin !== undefined) {
    const why = `${where} is pinned by ${pin.by} since ${new Date(pin.atMs).toISOString()}: ${pin.why}`;
    return { why, remedy: 'unpin it first.' };
  }
  if (current?.bakeId === bakeId)
    return { why: `${where} has bake ${bakeId} already`, remedy: otherBake, already: true };
  if (bake === undefined) return { why: `${image} has no bake ${bakeId}`, remedy: otherBake };
  if (bake.status === 'revoked') return { why: whyRevoked(bakeId, bake.revoked), remedy: otherBake };
  if (bake.status !== 'ready') {
    return { why: `Bake ${bakeId} of ${image} is ${bake.status}, not ready`, remedy: otherBake };
  }
  if (hasTests && bake.tests?.result !== 'passed') {
    return {
      why: `Bake ${bakeId} was never tested, and ${image} has tests`,
      remedy: 'ask for a bake: it is tested.',
    };
  }
  if (current !== undefined && current.bakeId > bakeId) {
    return {
      why: `${where} has bake ${current.bakeId}, which is newer than ${bakeId}`,
      remedy: 'roll it back instead.',
    };
  }
  return undefined;
}
