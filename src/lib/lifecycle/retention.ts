import type { ImageKey, Share } from '../definitions/catalog';
import { dayMs, type InstantMs } from '../definitions/instant';
import type { BakeStatus } from './bake';
import { inDays } from './days';
import {
  goesOn,
  type ImageRetention,
  type KeptCode,
  type PastBake,
  type RetentionFacts,
  type RetentionPlan,
  type RetentionVerdict,
} from './retention-facts';
import { heldByLedger, keptByRule, type Held } from './retention-held';
import { tooMany } from './retention-limits';
import { usedOutside } from './retention-used';
import { apartMs, nextStage, retirable } from './retirement';

/** What is asked of one run. */
export interface RetentionRequest {
  /** An entry of bakery.yml or one image key; all where left out. */
  image?: string;
  /** A person lets so many go, however large a part of an image that is. */
  most?: number;
}

/** Whom bakery.yml shares an image with now. */
export type WantedShares = ReadonlyMap<ImageKey, Share>;

const nobody: Share = { accounts: [], organizations: [], organizationalUnits: [] };

/**
 * Pure: what becomes of every bake that may have AMIs. A bake goes on by one stage when nothing keeps it and everything
 * that might refer to it was read; it comes back as soon as something needs it. Where anything at all could not be read,
 * or more would go than looks right, none goes on, and those that are needed come back all the same.
 */
export function planRetention(
  facts: RetentionFacts,
  shares: WantedShares,
  nowMs: InstantMs,
  request: RetentionRequest = {},
): RetentionPlan {
  const holds = heldByLedger(facts);
  const unread: RetentionPlan['unread'] = [];
  const verdicts = facts.images
    .filter(({ key }) => isMeant(request.image, key))
    .flatMap((image) =>
      judgedOf(image).map((bake) =>
        judge(image, bake, { facts, wanted: shares.get(image.key) ?? nobody, holds, unread, nowMs }),
      ),
    );
  const over = tooMany(facts, verdicts, request.most);
  return { verdicts: verdicts.map((verdict) => stopped(verdict, unread)), unread, tooMany: over };
}

/** Bakes that are not kept by what the ledger says: of these alone AWS is asked. */
export function candidates(facts: RetentionFacts, nowMs: InstantMs, image?: string): PastBake[] {
  const holds = heldByLedger(facts);
  return facts.images
    .filter(({ key }) => isMeant(image, key))
    .flatMap((one) => one.bakes.filter((bake) => keptByLedger(one, bake, holds, nowMs) === undefined));
}

const judgedOf = ({ bakes, judged }: ImageRetention): PastBake[] =>
  judged === undefined ? bakes : bakes.filter(({ id }) => judged.includes(id));

const isMeant = (asked: string | undefined, key: ImageKey): boolean =>
  asked === undefined || key === asked || key.startsWith(`${asked}/`);

interface Around {
  facts: RetentionFacts;
  wanted: Share;
  holds: (bake: PastBake) => Held | undefined;
  unread: RetentionPlan['unread'];
  nowMs: InstantMs;
}

const keep = (bake: PastBake, code: KeptCode, why: string): RetentionVerdict => ({
  bake,
  kept: { code, why },
});

function keptByLedger(
  image: ImageRetention,
  bake: PastBake,
  holds: Around['holds'],
  nowMs: InstantMs,
): Held | undefined {
  if (!retirable.includes(bake.status)) return { code: 'revoked', why: `it is ${bake.status}` };
  const held = holds(bake);
  if (held !== undefined) return held;
  if (bake.adopted) return { code: 'adopted', why: 'a person adopted it, and takes it away' };
  return keptByRule(image, bake, nowMs);
}

function judge(image: ImageRetention, bake: PastBake, around: Around): RetentionVerdict {
  const { facts, wanted, holds, unread, nowMs } = around;
  const { status, retirement } = bake;
  const kept = keptByLedger(image, bake, holds, nowMs);
  if (kept !== undefined) return kept.code === 'revoked' ? keep(bake, kept.code, kept.why) : back(bake, kept);
  const usageCounts = status !== 'ready' && nowMs >= dueAtMs(bake) - reportMs;
  const use = usedOutside(bake, facts, wanted, usageCounts);
  if (use.state === 'held') return back(bake, use);
  if (use.state === 'unread') unread.push({ what: use.what, why: use.why });
  if (isUnsettled(bake)) {
    return use.state === 'unread' && status !== 'ready'
      ? keep(bake, 'unread', `${use.what}: ${use.why}`)
      : settle(bake);
  }
  if (wasEnabled(bake, facts)) {
    const why = 'somebody enabled its AMI, so somebody wants it';
    return { bake, step: { kind: 'move', to: 'deprecated', code: 'enabled-by-hand', why } };
  }
  if (use.state === 'unread') return keep(bake, 'unread', `${use.what}: ${use.why}`);
  if (image.paused !== undefined)
    return keep(bake, 'paused', `${image.paused.by} paused it: ${image.paused.why}`);
  const next = nextStage[status]!;
  const atMs = dueAtMs(bake);
  const asks = use.state === 'usage' && use.ask ? { asksUsage: true as const } : {};
  if (nowMs < atMs) {
    const why =
      retirement === undefined
        ? `it is ${status}, and since when is not known`
        : `it is ${status} since ${iso(retirement.sinceMs)} and becomes ${next.to} from ${iso(atMs)} on`;
    return { ...keep(bake, 'waits', why), ...asks };
  }
  if (use.state === 'usage') return { ...keep(bake, 'usage-not-known', use.why), ...asks };
  return { bake, step: { kind: 'move', to: next.to, code: 'due', why: whyDue(image, bake, nowMs) } };
}

/** EC2 takes a day or more for a usage report: it is asked for before the wait is over. */
const reportMs = 3 * dayMs;

/**
 * When it may go on at the earliest. What is due for good was read for the first time a day before. Of which it is not
 * known since when it is out of use waits until a person looks.
 */
function dueAtMs({ status, retirement }: PastBake): InstantMs {
  if (retirement === undefined) return status === 'ready' ? 0 : Infinity;
  const afterWait = retirement.sinceMs + nextStage[status]!.waitMs;
  return status === 'disabled'
    ? Math.max(afterWait, (retirement.readAtMs ?? retirement.sinceMs) + apartMs)
    : afterWait;
}

/** What is needed comes back all the way; what is being deregistered cannot. */
function back(bake: PastBake, { code, why }: Held): RetentionVerdict {
  const { status, retirement } = bake;
  if (status === 'ready') return isUnsettled(bake) ? settle(bake) : keep(bake, code, why);
  if (retirement?.endingSinceMs !== undefined) return keep(bake, code, why);
  return { bake, step: { kind: 'move', to: 'ready', code: 'needed-again', why } };
}

const isUnsettled = ({ retirement }: PastBake): boolean =>
  retirement !== undefined && retirement.settled !== true;

const settle = (bake: PastBake): RetentionVerdict => ({
  bake,
  step: { kind: 'settle', code: 'unsettled', why: `EC2 is to have it ${bake.status} in every region` },
});

const wasEnabled = ({ status, amis }: PastBake, facts: RetentionFacts): boolean =>
  status === 'disabled' &&
  Object.values(amis).some((amiId) => {
    const ami = facts.amis.get(amiId)?.ami;
    return ami?.known === true && ami.value?.state === 'available';
  });

function whyDue({ retain, channels }: ImageRetention, bake: PastBake, nowMs: InstantMs): string {
  const { count, days } = retain ?? {};
  const age = `it is ${inDays(nowMs - bake.endedAtMs)} old`;
  const rules = [
    ...(count === undefined ? [] : [`not among the newest ${count} of ${channels.join(' or ')}`]),
    ...(days === undefined ? [] : [`not younger than ${days} days`]),
  ];
  return `${age}, ${rules.join(' and ')}, and nothing refers to it`;
}

/** Nothing goes on while anything is unread; what comes back is let through. */
function stopped(verdict: RetentionVerdict, unread: RetentionPlan['unread']): RetentionVerdict {
  const [first] = unread;
  if (first === undefined || !takesFromUse(verdict)) return verdict;
  return keep(verdict.bake, 'unread', `${first.what} could not be read, so nothing goes on`);
}

const takesFromUse = (verdict: RetentionVerdict): boolean =>
  goesOn(verdict) || (verdict.step?.kind === 'settle' && verdict.bake.status !== 'ready');

const iso = (atMs: InstantMs): string => new Date(atMs).toISOString();

/** The statuses that a bake passes on its way back. */
export const wayBack = (from: BakeStatus, to: BakeStatus): BakeStatus[] => {
  const stages: BakeStatus[] = ['disabled', 'deprecated', 'ready'];
  return stages.slice(stages.indexOf(from) + 1, stages.indexOf(to) + 1);
};
