import { hash } from 'node:crypto';
import type { ImageKey } from '../definitions/catalog';
import { hourMs, minuteMs, type InstantMs } from '../definitions/instant';
import type { Known } from '../definitions/known';
import { amiName } from '../definitions/names';
import { bakeTag } from './adoption';
import type { Copy, Distribution } from './distribution';
import type { AmiObservation, KeyObservation, SnapshotObservation } from './observation';

/** How often an AMI is copied into a region before somebody has to look. */
export const maxCopyAttempts = 4;
/** Before the second attempt; four times as long before each later one. */
const firstBackoffMs = minuteMs;
/** EC2 shows what it made with a lag. */
const visibleWithinMs = 10 * minuteMs;
/** Making an AMI "sometimes takes up to 24 hours" (EC2 user guide, creating AMIs). */
const readyWithinMs = 24 * hourMs;

/**
 * Copies under way into one region. EC2 allows 100 AMI copies and 20 snapshot copies at once into a region (EC2 user guide,
 * "AMI quotas"; EBS quotas, "Concurrent snapshot copies per destination Region"): an AMI has a snapshot at least.
 */
export const copiesAtOnce = 20;

export interface CopyFacts {
  bakeId: string;
  source: Distribution['source'];
  /** Key or alias, as KMS knows it; `value: undefined`: there is none of that name. Absent: not asked. */
  key?: Known<KeyObservation | undefined>;
  /** Own AMIs in the region that are called as copies of this bake are. */
  found?: Known<AmiObservation[]>;
  /** The copy; `value: undefined`: EC2 does not show it. Absent: not looked at. */
  ami?: Known<AmiObservation | undefined>;
  /** Snapshots of the AMI that is to be judged: the copy, or what the build made here. `value: undefined`: EC2 does not show it. */
  snapshots?: Known<SnapshotObservation[] | undefined>;
}

export type CopyStep =
  | { do: 'wait'; why: string }
  | { do: 'find-key' }
  /** Remember what the key is. */
  | { do: 'use-key'; keyArn: string }
  | { do: 'search' }
  /** Read the snapshots of an AMI. */
  | { do: 'inspect'; amiId: string }
  /** Record one more attempt, deregister these failed ones, then send CopyImage. */
  | { do: 'send'; discard: string[] }
  /** The same request under the same token, word for word. */
  | { do: 'send-again' }
  /** It is there already: whoever sent the request died before writing it down. */
  | { do: 'take'; amiId: string }
  | { do: 'done'; amiId: string }
  /** The attempt came to nothing; `final`: another would not help. */
  | { do: 'fail'; why: string; final: boolean; rejected?: boolean; discard?: string };

const wait = (why: string): CopyStep => ({ do: 'wait', why });

/** Pure: from one region's copy and what was seen of it to the next step. */
export function nextCopyStep(copy: Copy, facts: CopyFacts, nowMs: InstantMs): CopyStep {
  switch (copy.state) {
    case 'done':
      return { do: 'done', amiId: copy.amiId ?? '' };
    case 'due':
      return dueStep(copy, facts, nowMs);
    case 'sent':
      return copy.amiId === undefined
        ? sentStep(copy, facts, nowMs)
        : seenStep(copy, copy.amiId, facts, nowMs);
  }
}

function dueStep(copy: Copy, facts: CopyFacts, nowMs: InstantMs): CopyStep {
  if (nowMs < (copy.notBeforeMs ?? 0))
    return wait(`tried again later: ${copy.lastFailure ?? 'EC2 was busy'}`);
  if (copy.kmsKey !== undefined && copy.keyArn === undefined) return keyStep(copy.kmsKey, facts);
  if (copy.present !== undefined && copy.keyArn !== undefined && copy.attempts === 0) {
    const { snapshots } = facts;
    if (snapshots === undefined) return { do: 'inspect', amiId: copy.present };
    if (!snapshots.known) return wait(`snapshots could not be read: ${snapshots.why}`);
    const shown = snapshots.value;
    if (shown === undefined && nowMs - copy.sinceMs < visibleWithinMs)
      return wait(`EC2 does not show ${copy.present}`);
    if (shown !== undefined && otherKey(shown, copy.keyArn) === undefined)
      return { do: 'done', amiId: copy.present };
  }
  const { found } = facts;
  if (found === undefined) return { do: 'search' };
  if (!found.known) return wait(`AMIs could not be listed: ${found.why}`);
  const ours = found.value.filter((ami) => isOurs(ami, facts));
  const usable = ours.find(({ state }) => state === 'available' || state === 'pending');
  if (usable !== undefined) return { do: 'take', amiId: usable.amiId };
  return { do: 'send', discard: ours.filter(({ state }) => state === 'failed').map(({ amiId }) => amiId) };
}

function keyStep(kmsKey: string, { key }: CopyFacts): CopyStep {
  if (key === undefined) return { do: 'find-key' };
  if (!key.known) return wait(`the key ${kmsKey} could not be read: ${key.why}`);
  if (key.value === undefined)
    return { do: 'fail', why: `there is no key ${kmsKey} in this region`, final: true };
  const { state, arn } = key.value;
  if (state === 'Enabled') return { do: 'use-key', keyArn: arn };
  return { do: 'fail', why: `the key ${kmsKey} (${arn}) is ${state}`, final: true };
}

function sentStep(copy: Copy, facts: CopyFacts, nowMs: InstantMs): CopyStep {
  const { found } = facts;
  if (found === undefined) return { do: 'search' };
  if (!found.known) return wait(`AMIs could not be listed: ${found.why}`);
  const [ours] = found.value.filter((ami) => isOurs(ami, facts) && ami.state !== 'failed');
  if (ours !== undefined) return { do: 'take', amiId: ours.amiId };
  const [failed] = found.value.filter((ami) => isOurs(ami, facts));
  if (failed !== undefined) return failedCopy(failed);
  if (nowMs - copy.sinceMs < visibleWithinMs) return { do: 'send-again' };
  return { do: 'fail', why: copy.lastFailure ?? 'EC2 took no request for a copy', final: false };
}

function seenStep(copy: Copy, amiId: string, { ami, snapshots }: CopyFacts, nowMs: InstantMs): CopyStep {
  if (ami === undefined) return wait(`${amiId} was not looked at yet`);
  if (!ami.known) return wait(`${amiId} could not be read: ${ami.why}`);
  const age = nowMs - copy.sinceMs;
  if (ami.value === undefined) {
    if (age < visibleWithinMs) return wait(`EC2 does not show ${amiId} yet`);
    return { do: 'fail', why: `${amiId} is gone`, final: false };
  }
  const { state } = ami.value;
  if (state === 'pending') {
    if (age < readyWithinMs) return wait(`${amiId} is pending`);
    return { do: 'fail', why: `${amiId} was still pending after 24 hours`, final: false, discard: amiId };
  }
  if (state === 'failed') return failedCopy(ami.value);
  if (state !== 'available') return { do: 'fail', why: `${amiId} is ${state}`, final: false };
  if (copy.keyArn === undefined) return { do: 'done', amiId };
  if (snapshots === undefined) return { do: 'inspect', amiId };
  if (!snapshots.known) return wait(`snapshots of ${amiId} could not be read: ${snapshots.why}`);
  if (snapshots.value === undefined) return wait(`EC2 does not show ${amiId}`);
  const other = otherKey(snapshots.value, copy.keyArn);
  if (other === undefined) return { do: 'done', amiId };
  const why = `${amiId} was to be encrypted with ${copy.keyArn}, and ${other}`;
  return { do: 'fail', why, final: true, rejected: true };
}

const failedCopy = ({ amiId, stateReason }: AmiObservation): CopyStep => ({
  do: 'fail',
  why: `${amiId} failed: ${stateReason ?? 'EC2 gives no reason'}`,
  final: false,
  discard: amiId,
});

/** The name alone proves nothing. */
const isOurs = ({ tags, sourceAmiId }: AmiObservation, { bakeId, source }: CopyFacts): boolean =>
  tags[bakeTag] === bakeId && (sourceAmiId === undefined || sourceAmiId === source.amiId);

/** What is wrong with the encryption; undefined: every snapshot is encrypted with the key. */
function otherKey(snapshots: SnapshotObservation[], keyArn: string): string | undefined {
  if (snapshots.length === 0) return 'it has no snapshot';
  const wrong = snapshots.find((snapshot) => snapshot.keyArn !== keyArn);
  if (wrong === undefined) return undefined;
  return `${wrong.snapshotId} is ${wrong.keyArn === undefined ? 'not encrypted' : `encrypted with ${wrong.keyArn}`}`;
}

/** What the copy is once its CopyImage is about to be sent. */
export function sentCopy(copy: Copy, nowMs: InstantMs): Copy {
  const { notBeforeMs: _waited, amiId: _before, ...rest } = copy;
  return { ...rest, state: 'sent', attempts: copy.attempts + 1, sinceMs: nowMs };
}

export const takenCopy = (copy: Copy, amiId: string, nowMs: InstantMs): Copy => ({
  ...copy,
  state: 'sent',
  attempts: Math.max(1, copy.attempts),
  amiId,
  sinceMs: nowMs,
});

export const doneCopy = (copy: Copy, amiId: string, nowMs: InstantMs): Copy => ({
  ...copy,
  state: 'done',
  amiId,
  sinceMs: nowMs,
});

/** EC2 has no room for it now: no attempt was made. */
export function putOffCopy(copy: Copy, why: string, nowMs: InstantMs): Copy {
  const { amiId: _none, ...rest } = copy;
  const attempts = Math.max(0, copy.attempts - 1);
  return { ...rest, state: 'due', attempts, sinceMs: nowMs, notBeforeMs: nowMs + minuteMs, lastFailure: why };
}

/** Due again after a while; undefined: it was tried often enough. */
export function failedAttempt(copy: Copy, why: string, nowMs: InstantMs): Copy | undefined {
  if (copy.attempts >= maxCopyAttempts) return undefined;
  const { amiId: _failed, ...rest } = copy;
  const waitMs = firstBackoffMs * 4 ** Math.max(0, copy.attempts - 1);
  return { ...rest, state: 'due', sinceMs: nowMs, notBeforeMs: nowMs + waitMs, lastFailure: why };
}

/** Equal for equal sources and keys, so that a copy is found again by whoever comes to need it. */
const markOf = ({ source }: Pick<Distribution, 'source'>, { keyArn }: Pick<Copy, 'keyArn'>): string =>
  hash('sha256', `${source.region} ${source.amiId} ${keyArn ?? ''}`).slice(0, 6);

/** Name and token of an attempt: the same request has the same, whoever sends it. */
export function copyNames(
  image: ImageKey,
  bakeId: string,
  region: string,
  distribution: Pick<Distribution, 'source'>,
  copy: Pick<Copy, 'keyArn' | 'attempts'>,
): { name: string; token: string; pattern: string } {
  const mark = `${bakeId}-${markOf(distribution, copy)}`;
  return {
    name: amiName(image, `${mark}-${copy.attempts}`),
    // At most 64 characters (Amazon EC2 API reference, "Ensuring idempotency").
    token: `${mark}-${region}-${copy.attempts}`.slice(-64),
    pattern: amiName(image, `${mark}-`) + '*',
  };
}
