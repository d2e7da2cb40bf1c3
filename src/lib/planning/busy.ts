import { underWay } from '../lifecycle/distribution';
import type { ImageRecord } from '../lifecycle/image-record';
import type { Decision } from './decision';
import { desiredId } from './input-hash';

/**
 * One at a time: while a bake of an image runs or one of its channels moves, nothing else is begun. A channel that was
 * given up needs a person; a bake that a person asks for starts it afresh, and so does a commit where EC2 had refused what
 * bakery.yml says of sharing and tags.
 * @param policyDigest of the definition in force
 */
export function busyWith(
  record: ImageRecord | undefined,
  firstChannel: string,
  policyDigest?: string,
): { decision: Decision; retrying: boolean } | undefined {
  if (record === undefined) return undefined;
  if (record.live !== undefined && record.live.status !== 'approval') {
    const { id, status, distribution, test } = record.live;
    const copies = distribution === undefined ? {} : { copies: underWay(distribution) };
    const attempt = test === undefined || test.attempt === 1 ? {} : { attempt: test.attempt };
    return {
      decision: { kind: 'wait', reason: { code: 'baking', bakeId: id, status, ...copies, ...attempt } },
      retrying: record.trouble?.desired === desiredId(record.live),
    };
  }
  const channel = movingChannel(record, firstChannel);
  const moving = channel === undefined ? undefined : record.channels[channel]?.moving;
  if (channel !== undefined && moving !== undefined) {
    const pending = Object.values(moving.parameters)
      .filter(({ state }) => state !== 'confirmed')
      .map(({ name }) => name)
      .sort();
    const { distribution } = moving;
    const copies = distribution === undefined ? {} : { copies: underWay(distribution) };
    const reason = { code: 'publishing', bakeId: moving.to.bakeId, channel, pending, ...copies } as const;
    return { decision: { kind: 'wait', reason }, retrying: false };
  }
  const stuck = record.channels[firstChannel]?.blocked;
  const otherPolicy = stuck?.policyDigest !== undefined && stuck.policyDigest !== policyDigest;
  if (stuck !== undefined && record.asked === undefined && !otherPolicy) {
    return { decision: { kind: 'blocked', reason: { code: 'parameter', why: stuck.why } }, retrying: false };
  }
  return undefined;
}

/** The first channel, or another one in an order that does not depend on how they were stored. */
function movingChannel({ channels }: ImageRecord, first: string): string | undefined {
  if (channels[first]?.moving !== undefined) return first;
  let found: string | undefined;
  for (const name in channels) {
    if (channels[name]?.moving === undefined) continue;
    if (found === undefined || name < found) found = name;
  }
  return found;
}
