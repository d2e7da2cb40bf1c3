import { AwsError } from '../aws/errors';
import type { ImageKey } from '../definitions/catalog';
import { known, unknown, type Known } from '../definitions/known';
import {
  copiesAtOnce,
  copyNames,
  doneCopy,
  failedAttempt,
  nextCopyStep,
  putOffCopy,
  sentCopy,
  takenCopy,
  type CopyFacts,
  type CopyStep,
} from '../lifecycle/copy-step';
import { isDistributed, type Copy, type Distribution } from '../lifecycle/distribution';
import { lookAtAmi } from './look-at-ami';
import type { Run } from './run';

/** Whose AMI is on its way. */
export interface Travelling {
  image: ImageKey;
  bakeId: string;
  /** What the image was called when it was baked: copies keep that name, so that a renamed image finds them again. */
  bakedAs: ImageKey;
  /** Of the copies and their snapshots, from their first moment. */
  tags: Record<string, string>;
}

export type Advance =
  | { state: 'under-way' }
  | { state: 'done'; distribution: Distribution }
  | { state: 'failed'; why: string; rejected: boolean };

type Keep = (distribution: Distribution) => Promise<void>;

/**
 * Moves the copies of one AMI on as far as they go now, side by side: looks, writes down what is about to be sent, sends
 * it, writes down what came of it. It never waits for a copy; an event or a tick comes back to it.
 * @param keep writes the distribution to the ledger
 */
export async function advanceCopies(
  run: Run,
  who: Travelling,
  begun: Distribution,
  keep: Keep,
): Promise<Advance> {
  let distribution = begun;
  const change = (region: string, copy: Copy) => {
    distribution = { ...distribution, copies: { ...distribution.copies, [region]: copy } };
  };
  const regions = Object.keys(begun.copies).sort();
  const decided = await Promise.all(
    regions.map(async (region) => ({ region, ...(await decide(run, who, begun, region)) })),
  );
  const sending: string[] = [];
  let hopeless: Advance | undefined;
  const discarding: { region: string; amiId: string }[] = [];
  for (const { region, copy, step } of decided) {
    change(region, copy);
    switch (step.do) {
      case 'send':
        if (!takePlace(run, region)) break;
        change(region, sentCopy(copy, run.nowMs));
        discarding.push(...step.discard.map((amiId) => ({ region, amiId })));
        sending.push(region);
        break;
      case 'send-again': {
        const { token } = copyNames(who.bakedAs, who.bakeId, region, distribution, copy);
        if (!run.copiesAsked.has(token)) sending.push(region);
        break;
      }
      case 'take':
        change(region, takenCopy(copy, step.amiId, run.nowMs));
        break;
      case 'done':
        if (copy.state !== 'done') change(region, doneCopy(copy, step.amiId, run.nowMs));
        break;
      case 'fail': {
        const again = step.final ? undefined : failedAttempt(copy, step.why, run.nowMs);
        if (step.discard !== undefined) discarding.push({ region, amiId: step.discard });
        run.deps.log.warn('copy failed', {
          image: who.image,
          bake: who.bakeId,
          region,
          attempt: copy.attempts,
          reason: step.why,
        });
        if (again === undefined) hopeless ??= failed(region, copy, step);
        else change(region, again);
        break;
      }
      default:
        break;
    }
  }
  await Promise.all(discarding.map(({ region, amiId }) => discardCopy(run, region, amiId)));
  if (hopeless !== undefined) return hopeless;
  if (!same(begun, distribution)) await keep(distribution);
  if (sending.length === 0) return outcome(distribution);

  const intended = distribution;
  const results = await Promise.all(
    sending.map(async (region) => ({ region, ...(await send(run, who, intended, region)) })),
  );
  for (const { region, copy } of results) change(region, copy);
  const refused = results.find(({ step }) => step !== undefined);
  if (refused?.step !== undefined) {
    return failed(refused.region, intended.copies[refused.region]!, refused.step);
  }
  if (!same(intended, distribution)) await keep(distribution);
  return outcome(distribution);
}

const outcome = (distribution: Distribution): Advance =>
  isDistributed(distribution) ? { state: 'done', distribution } : { state: 'under-way' };

const same = (a: Distribution, b: Distribution): boolean =>
  Object.keys(a.copies).every((region) => a.copies[region] === b.copies[region]);

type Failure = Extract<CopyStep, { do: 'fail' }>;

function failed(region: string, { attempts, kmsKey }: Copy, { why, rejected = false }: Failure): Advance {
  const key = kmsKey === undefined ? '' : ` with the key ${kmsKey}`;
  const times = attempts > 1 ? `, ${attempts} times` : '';
  return { state: 'failed', rejected, why: `The copy into ${region}${key} failed${times}: ${why}` };
}

/** Asks for what the decision needs, one thing after the other, and answers the first step that is not a question. */
async function decide(
  run: Run,
  who: Travelling,
  distribution: Distribution,
  region: string,
): Promise<{ copy: Copy; step: CopyStep }> {
  let copy = distribution.copies[region]!;
  const { source } = distribution;
  const facts: CopyFacts = { bakeId: who.bakeId, source };
  if (copy.amiId !== undefined) {
    const ami = run.facts.copies.get(copy.amiId);
    if (ami !== undefined) facts.ami = ami;
  }
  for (;;) {
    const step = nextCopyStep(copy, facts, run.nowMs);
    switch (step.do) {
      case 'find-key':
        facts.key = await asKnown(run, 'reading a key', () => run.deps.keys.find(region, copy.kmsKey ?? ''));
        break;
      case 'use-key':
        copy = { ...copy, keyArn: step.keyArn };
        break;
      case 'search': {
        const { pattern } = copyNames(who.bakedAs, who.bakeId, region, distribution, copy);
        facts.found = await asKnown(run, 'looking for copies', () => run.deps.copies.named(region, pattern));
        break;
      }
      case 'inspect':
        facts.snapshots = await snapshotsOf(run, region, step.amiId);
        break;
      default:
        return { copy, step };
    }
  }
}

async function snapshotsOf(
  run: Run,
  region: string,
  amiId: string,
): Promise<NonNullable<CopyFacts['snapshots']>> {
  const ami = await asKnown(run, 'looking at a copy', () => lookAtAmi(run, region, amiId));
  if (!ami.known) return ami;
  const { value } = ami;
  if (value === undefined) return known(undefined);
  const seen = await asKnown(run, 'reading snapshots', () =>
    run.deps.copies.snapshots(region, value.snapshotIds),
  );
  if (!seen.known || seen.value.length === value.snapshotIds.length) return seen;
  return unknown('EC2 does not show all of them yet');
}

async function asKnown<T>(run: Run, what: string, read: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await read());
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.note(what, undefined, error);
    return unknown(error.message);
  }
}

/** Whether a region has room for one more copy; taken, if so. */
function takePlace(run: Run, region: string): boolean {
  run.copiesInto ??= countCopies(run);
  const taken = run.copiesInto.get(region) ?? 0;
  if (taken >= copiesAtOnce) return false;
  run.copiesInto.set(region, taken + 1);
  return true;
}

function countCopies(run: Run): Map<string, number> {
  const taken = new Map<string, number>();
  for (const { distribution } of distributions(run)) {
    for (const [region, { state }] of Object.entries(distribution.copies)) {
      if (state === 'sent') taken.set(region, (taken.get(region) ?? 0) + 1);
    }
  }
  return taken;
}

/** Everything that is on its way into its regions: results of bakes, and what channels move to. */
export const distributions = (run: Run): { distribution: Distribution }[] =>
  run.records.flatMap(({ live, channels }) => [
    ...(live?.distribution === undefined ? [] : [{ distribution: live.distribution }]),
    ...Object.values(channels).flatMap(({ moving }) =>
      moving?.distribution === undefined ? [] : [{ distribution: moving.distribution }],
    ),
  ]);

/**
 * A copy that nobody waits for is deregistered. One that cannot be taken away stays, and that is said: a failed one is for the
 * next attempt to find, or the janitor.
 */
export async function discardCopy(run: Run, region: string, amiId: string): Promise<void> {
  try {
    await run.deps.copies.discard(region, amiId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.deps.log.warn('copy not deregistered', { region, ami: amiId, reason: error.message });
  }
}

async function send(
  run: Run,
  who: Travelling,
  distribution: Distribution,
  region: string,
): Promise<{ copy: Copy; step?: Failure }> {
  const copy = distribution.copies[region]!;
  const { name, token } = copyNames(who.bakedAs, who.bakeId, region, distribution, copy);
  const { source } = distribution;
  run.copiesAsked.add(token);
  try {
    const amiId = await run.deps.copies.begin({
      region,
      source,
      name,
      token,
      description: `Bake ${who.bakeId} of ${who.bakedAs}, copied from ${source.amiId} in ${source.region}`,
      ...(copy.keyArn === undefined ? {} : { keyArn: copy.keyArn }),
      tags: who.tags,
    });
    run.deps.log.info('copy begun', {
      image: who.image,
      bake: who.bakeId,
      region,
      ami: amiId,
      attempt: copy.attempts,
    });
    return { copy: { ...copy, amiId } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.note('copying an AMI', who.image, error);
    return afterRefusal(copy, error, run.nowMs);
  }
}

function afterRefusal(
  copy: Copy,
  { code, message }: AwsError,
  nowMs: number,
): { copy: Copy; step?: Failure } {
  switch (code) {
    case 'THROTTLED':
    case 'LIMIT_EXCEEDED':
      return { copy: putOffCopy(copy, message, nowMs) };
    case 'INVALID':
    case 'TOO_LARGE':
      return { copy, step: { do: 'fail', why: message, final: true } };
    case 'ACCESS_DENIED':
    case 'NOT_FOUND': {
      // Permissions, and AMIs themselves, are slow to arrive everywhere.
      const again = failedAttempt(copy, message, nowMs);
      return again === undefined
        ? { copy, step: { do: 'fail', why: message, final: true } }
        : { copy: again };
    }
    default:
      // Whether it took effect is not known: the next run looks. The same answer again is no change to go on from.
      return { copy: copy.lastFailure === message ? copy : { ...copy, lastFailure: message } };
  }
}
