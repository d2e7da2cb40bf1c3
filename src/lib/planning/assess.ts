import type { ImageRecord } from '../lifecycle/image-record';
import { revocationText } from '../lifecycle/revocation';
import { ancestryOn, baseAmi, isBuildable, resolveBase } from './base';
import { busyWith } from './busy';
import { beyondSettings } from './ceilings';
import type { Decision, Desired } from './decision';
import { dueSince, satisfies } from './desired';
import { judgeDue } from './due';
import type { ImageNode, Verdict } from './forest';
import { inputHash } from './input-hash';
import { readyBefore, waitingForApproval } from './made-before';
import { holderAbove, holderOf } from './order';
import { pausedBy } from './paused';
import { pinnedAt } from './pinned';
import { revokedHere } from './revoked';
import type { Run } from './run';
import { amendment, satisfied } from './satisfied';
import type { Snapshot } from './snapshot';
import { blocked, wait } from './verdict';
import { withoutBase } from './without-base';

/** Decides on one image, whose parent in this bakery (if any) has been decided on before. */
export function assess(node: ImageNode, run: Run): void {
  const { outline, record, parent } = node;
  node.due = dueSince(outline.definition.rebake, record, run.inForce.sinceMs, run.snapshot.nowMs);
  node.paused = pausedBy(run.snapshot.paused, parent?.paused, outline.key, record);
  node.verdict = judge(node, run);
  node.holder = holderOf(node, node.verdict, holderAbove(node));
}

/** The questions in their order: what runs is left alone, what is paused, not allowed or not known comes before what is due. */
function judge(node: ImageNode, run: Run): Verdict {
  const { outline, record } = node;
  const busy = busyWith(record, outline.channel, outline.policyDigest);
  if (busy !== undefined) {
    node.retrying = busy.retrying;
    return busy.decision;
  }
  if (node.paused !== undefined) return wait(node.paused);

  const beyond = beyondSettings(outline, run.snapshot.policy, run.beyondPrefixes);
  if (beyond !== undefined) return blocked({ code: 'ceiling', ...beyond });

  const left = leftFor(node, run);
  if (left !== undefined) return left;

  const pinned = pinnedAt(node, run);
  if (pinned !== undefined) {
    const { current, policyDigest } = record?.channels[outline.channel] ?? {};
    const amend = current === undefined ? undefined : amendment(outline, current, policyDigest, run);
    return amend ?? { kind: 'current', reason: pinned };
  }

  if (outline.definition.test !== undefined && run.snapshot.policy.canTest === false) {
    return blocked({ code: 'no-test-project' });
  }
  const group = outline.definition.approval?.by;
  if (group !== undefined && run.snapshot.policy.approvers?.includes(group) === false) {
    return blocked({ code: 'ceiling', asked: [group], setting: 'approvers' });
  }

  const { contentDigest } = outline;
  if (contentDigest === undefined) {
    return wait({
      code: 'unknown',
      what: `inputs of ${outline.key}`,
      why: `they were not read at commit ${run.inForce.commitId}`,
    });
  }

  const base = resolveBase(outline.definition, outline.baseId, node.parent?.record, run.snapshot);
  if (!isBuildable(base)) return withoutBase(base, node.parent);
  const baseAmiId = baseAmi(base);
  const { notBefore } = node.due;
  const channel = record?.channels[outline.channel];
  const published = channel?.current;
  if (record?.asked === undefined && satisfies(published, contentDigest, baseAmiId, notBefore)) {
    if (record?.live?.status === 'approval') run.outdated.push(outline.key);
    return satisfied(outline, published, channel?.policyDigest, run);
  }

  const decides = waitingForApproval(record, contentDigest, baseAmiId, notBefore);
  if (decides !== undefined) {
    // Nobody knows how long a person takes: what is built on it goes on with what the channel has.
    node.retrying = true;
    return wait(decides);
  }

  const waiting = readyBefore(node, contentDigest, baseAmiId, run);
  if (waiting !== undefined) return waiting;

  const holder = heldBy(node, run.snapshot);
  if (holder !== undefined && nothingToTell(record)) return { kind: 'held', by: holder };
  const desired: Desired = {
    inputHash: inputHash(contentDigest, baseAmiId),
    contentDigest,
    notBefore,
    ...(baseAmiId === undefined ? {} : { baseAmiId }),
    ancestry: ancestryOn(base, run.snapshot.policy),
  };
  return judgeDue(node, desired, published, holder, run);
}

/** What a revocation makes of the first channel before anything else is asked: it is left, or nothing is there to be pinned. */
function leftFor({ outline, record }: ImageNode, { snapshot }: Run): Decision | undefined {
  const { key, channel: name } = outline;
  const { current, withdrawn, pin } = record?.channels[name] ?? {};
  if (current === undefined) {
    if (withdrawn === undefined || pin === undefined) return undefined;
    const { bakeId, by, why } = withdrawn;
    return blocked({ code: 'pinned-to-nothing', bakeId, by, why, pinnedBy: pin.by });
  }
  const revocation = revokedHere(snapshot, key, current);
  if (revocation === undefined) return undefined;
  const { bakeId } = current;
  return wait({ code: 'leaving', image: key, channel: name, bakeId, revoked: revocationText(revocation) });
}

/** The ancestor that a due image waits for, unless it has waited long enough. */
function heldBy(node: ImageNode, { nowMs, policy }: Snapshot): ImageNode | undefined {
  const sinceMs = node.record?.dueSinceMs;
  return sinceMs !== undefined && nowMs - sinceMs >= policy.maxWaitMs ? undefined : holderAbove(node);
}

/** Neither failures nor bakes of late: it needs no hash to know that there is nothing worse to tell than the wait. */
const nothingToTell = (record: ImageRecord | undefined): boolean =>
  record === undefined || (record.trouble === undefined && record.claims.length === 0);
