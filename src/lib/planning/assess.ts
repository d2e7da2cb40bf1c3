import type { ImageDefinition } from '../definitions/catalog';
import type { Published } from '../lifecycle/channel';
import { missingIn } from '../lifecycle/distribution';
import type { ImageRecord, Trouble } from '../lifecycle/image-record';
import { revocationText } from '../lifecycle/revocation';
import { cycleThrough } from './ancestry';
import { bakeReason } from './bake-reason';
import { ancestryName } from './ancestry-name';
import { ancestryOn, baseAmi, isBuildable, resolveBase, type BuildableBase, type ResolvedBase } from './base';
import { busyWith } from './busy';
import { allowedDestinations, beyondSettings } from './ceilings';
import type { BlockedReason, Decision, Desired, WaitReason } from './decision';
import { dueSince, satisfies } from './desired';
import { ancestorsOf, type ImageNode, type Verdict } from './forest';
import { desiredId, inputHash } from './input-hash';
import { holderAbove, holderOf } from './order';
import type { Outline } from './outline';
import { pausedBy } from './paused';
import { pinnedAt } from './pinned';
import { reusable } from './reuse';
import { isDenied, revokedBefore, revokedHere } from './revoked';
import type { Run } from './run';
import { windowWait } from './window-wait';
import { runaway } from './runaway';
import type { Snapshot } from './snapshot';

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

/** The bake that waits for a person, if it is what is desired: anything newer takes its place. One that runs was left alone before. */
function waitingForApproval(
  record: ImageRecord | undefined,
  contentDigest: string,
  baseAmiId: string | undefined,
  notBefore: number,
): WaitReason | undefined {
  const { live, asked } = record ?? {};
  if (live?.approval === undefined || asked !== undefined) return undefined;
  if (!satisfies(live, contentDigest, baseAmiId, notBefore)) return undefined;
  const { group, expiresAtMs: untilMs } = live.approval;
  return { code: 'approval', bakeId: live.id, group, untilMs };
}

/** What differs of sharing, tags and regions, which takes no bake. */
function amendment(
  { definition, policyDigest, travels }: Outline,
  published: Published,
  appliedDigest: string | undefined,
  run: Run,
): Decision | undefined {
  if (appliedDigest !== policyDigest) {
    return { kind: 'amend', reason: { code: 'policy-changed' }, policyDigest };
  }
  if (travels) {
    // Regions that the settings did not allow when it was published.
    const regions = missingIn(published, allowedDestinations(definition, run.snapshot.policy));
    if (regions.length > 0)
      return { kind: 'amend', reason: { code: 'regions-missing', regions }, policyDigest };
  }
  return undefined;
}

function satisfied(
  outline: Outline,
  published: Published,
  appliedDigest: string | undefined,
  run: Run,
): Decision {
  const amend = amendment(outline, published, appliedDigest, run);
  if (amend !== undefined) return amend;
  const { definition } = outline;
  const amiId = published.amis[run.snapshot.policy.region] ?? 'unknown';
  if (published.adopted !== undefined) {
    const { by, atMs } = published.adopted;
    return { kind: 'current', reason: { code: 'adopted', amiId, by, atMs } };
  }
  const { bakedAtMs, inputHash, unchanged, packages } = published;
  return {
    kind: 'current',
    reason: {
      code: definition.base.kind === 'template' ? 'up-to-date-own-base' : 'up-to-date',
      amiId,
      bakedAtMs,
      inputHash,
      ...(unchanged === undefined ? {} : { unchanged: { ...unchanged, ...countOf(packages) } }),
    },
  };
}

const countOf = (packages: Published['packages']) =>
  packages?.count === undefined ? {} : { packages: packages.count };

/** A bake that was finished while the window was closed, and is still what is desired. */
function readyBefore(
  { record, outline, due }: ImageNode,
  contentDigest: string,
  baseAmiId: string | undefined,
  { snapshot, inForce }: Run,
): Decision | undefined {
  const ready = record?.ready;
  if (record?.asked !== undefined || !satisfies(ready, contentDigest, baseAmiId, due.notBefore)) {
    return undefined;
  }
  if (isDenied(snapshot, record, outline.key, ready)) return undefined;
  const tests = inForce.tests?.[outline.key];
  if (tests !== undefined && ready.tests?.objectId !== tests) return undefined;
  if (outline.definition.approval !== undefined && ready.approved === undefined) return undefined;
  const { bakeId, bakedAtMs, ancestry, inputHash, notBefore } = ready;
  const closed = windowWait(outline.definition, bakeId, snapshot.nowMs);
  if (closed !== undefined) return wait(closed);
  const amiId = ready.amis[snapshot.policy.region] ?? 'unknown';
  return {
    kind: 'reuse',
    reason: { code: 'ready-before', bakeId, amiId, bakedAtMs },
    desired: {
      inputHash,
      contentDigest,
      notBefore,
      ancestry,
      ...(baseAmiId === undefined ? {} : { baseAmiId }),
    },
    bake: { ...ready, sequence: 0 },
  };
}

/** What failed before and what runs away is told before whom an image waits for: a person has to see it. */
function judgeDue(
  node: ImageNode,
  desired: Desired,
  published: Published | undefined,
  holder: ImageNode | undefined,
  run: Run,
): Verdict {
  const { record } = node;
  const { definition } = node.outline;
  const { snapshot, inForce } = run;
  const asked = record?.asked !== undefined;
  const trouble = record?.trouble?.desired === desiredId(desired) ? record.trouble : undefined;
  // A request that has just failed waits for its next attempt; a newer one does not.
  if (trouble !== undefined && (!asked || record?.asked?.commandId === trouble.commandId)) {
    node.retrying = true;
    const verdict = afterTrouble(trouble, snapshot.nowMs);
    if (verdict !== undefined) return verdict;
  }

  const commit = { commitId: inForce.commitId, inputs: inForce.inputs[definition.key] ?? [] };
  const { withdrawn } = record?.channels[node.outline.channel] ?? {};
  const reason = bakeReason(record, published, desired, trouble !== undefined, commit, withdrawn);
  const stopped = runaway(reason, record, snapshot.nowMs);
  if (stopped !== undefined) return blocked(stopped);

  if (holder !== undefined) return { kind: 'held', by: holder };

  const through = cycleThrough(desired.ancestry, ancestryName(snapshot.policy, definition.key));
  if (through !== undefined) return blocked({ code: 'ancestry-cycle', through });

  if (!asked) {
    const revoked = revokedBefore(record, desired, snapshot);
    if (revoked !== undefined) return blocked({ code: 'revoked', revoked });
    const reuse = reuseOrAsk(definition, record, desired, run);
    if (reuse !== undefined) return reuse;
  }
  return { kind: 'bake', reason, desired, ancestors: ancestorsOf(node) };
}

function reuseOrAsk(
  definition: ImageDefinition,
  record: ImageRecord | undefined,
  desired: Desired,
  run: Run,
): Decision | undefined {
  const { policy, reusable: found } = run.snapshot;
  const { key } = definition;
  const gates = {
    tests: run.inForce.tests?.[key],
    approval: definition.approval !== undefined,
    denied: (bake: Published) => isDenied(run.snapshot, record, key, bake),
  };
  const reuse = reusable(key, desired, found[desired.inputHash], run.freshBakes, gates);
  switch (reuse.state) {
    case 'none':
      return undefined;
    case 'not-asked':
      return wait({ code: 'reuse-lookup', inputHash: desired.inputHash });
    case 'unknown':
      return wait({
        code: 'unknown',
        what: `earlier bakes of input hash ${desired.inputHash}`,
        why: reuse.why,
      });
    case 'found': {
      const { bake } = reuse;
      const closed = windowWait(definition, bake.bakeId, run.snapshot.nowMs);
      if (closed !== undefined) return wait(closed);
      const amiId = bake.amis[policy.region] ?? 'unknown';
      const reason = { code: 'same-inputs', bakeId: bake.bakeId, amiId, bakedAtMs: bake.bakedAtMs } as const;
      return { kind: 'reuse', reason, desired, bake };
    }
  }
}

function afterTrouble(trouble: Trouble, nowMs: number): Decision | undefined {
  const { retryAtMs, count, bakeId, message, lines } = trouble;
  if (retryAtMs === undefined) {
    return blocked({ code: 'failed', class: trouble.class, count, bakeId, message, lines });
  }
  if (retryAtMs <= nowMs) return undefined;
  return wait({ code: 'backoff', untilMs: retryAtMs, attempt: count + 1, class: trouble.class });
}

function withoutBase(base: Exclude<ResolvedBase, BuildableBase>, parent: ImageNode | undefined): Verdict {
  if (base.state === 'unknown') return wait({ code: 'unknown', what: base.what, why: base.why });
  if (base.state === 'unusable') return blocked({ code: 'base', problem: base.code, why: base.why });
  if (base.state === 'leaving') {
    const { image, channel, bakeId, revoked } = base;
    return wait({ code: 'leaving', image, channel, bakeId, revoked });
  }
  if (parent !== undefined && comesLater(parent, base.channel)) {
    return wait({ code: 'promotion', image: base.image, channel: base.channel });
  }
  switch (parent?.verdict?.kind) {
    case 'blocked': {
      const withdrawn = parent?.record?.channels[base.channel]?.withdrawn !== undefined;
      return blocked({ code: 'no-base-yet', image: base.image, ...(withdrawn ? { withdrawn } : {}) });
    }
    case 'held':
      return parent.verdict;
    case 'bake':
    case 'reuse':
    case 'wait':
      return { kind: 'held', by: parent };
    default:
      return blocked({
        code: 'base',
        problem: 'BASE_MISSING',
        why: `${base.image} has never been published to ${base.channel}`,
      });
  }
}

/** The base image is published, and its further channel has nothing of it yet: that needs a soak or a person, not a bake. */
const comesLater = ({ outline, record }: ImageNode, channel: string): boolean =>
  outline.definition.channels.includes(channel) && record?.channels[outline.channel]?.current !== undefined;

/** The ancestor that a due image waits for, unless it has waited long enough. */
function heldBy(node: ImageNode, { nowMs, policy }: Snapshot): ImageNode | undefined {
  const sinceMs = node.record?.dueSinceMs;
  return sinceMs !== undefined && nowMs - sinceMs >= policy.maxWaitMs ? undefined : holderAbove(node);
}

/** Neither failures nor bakes of late: it needs no hash to know that there is nothing worse to tell than the wait. */
const nothingToTell = (record: ImageRecord | undefined): boolean =>
  record === undefined || (record.trouble === undefined && record.claims.length === 0);

const wait = (reason: WaitReason): Decision => ({ kind: 'wait', reason });
const blocked = (reason: BlockedReason): Decision => ({ kind: 'blocked', reason });
