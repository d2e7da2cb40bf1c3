import { minuteMs } from '../definitions/instant';
import type { Bake } from './bake';
import type { AmiObservation } from './observation';

export const bakeTag = 'bakery:bake';

/** EC2 and the bakery keep time apart; an AMI this much older than its claim is still called made after it. */
const clockSkewMs = 5 * minuteMs;

export type Adoption =
  | { verdict: 'adopt' }
  | { verdict: 'wait'; why: string }
  | { verdict: 'reject'; why: string }
  /** SourceImageId is another AMI: an encrypted copy may lie between, so the AMI's ancestry has to be read. */
  | { verdict: 'ask-ancestry' };

export interface AdoptionFacts {
  region: string;
  amiId: string;
  /** Undefined: EC2 does not show it. */
  ami: AmiObservation | undefined;
  account: string;
  /** AMIs it was made from, nearest first; only after `ask-ancestry`. */
  ancestry?: string[];
  nowMs: number;
  /** When the build ended, if known. */
  buildEndedAtMs?: number;
}

/** How long an AMI that a build named may stay invisible: DescribeImages is eventually consistent. */
const visibilityGraceMs = 5 * minuteMs;

/**
 * Whether the AMI a build named is the result of this bake: ours, available, made after the claim, not another bake's,
 * and built on the resolved base. That no other bake has recorded it is a condition of the ledger write.
 */
export function judgeAdoption(bake: Bake, facts: AdoptionFacts): Adoption {
  const { ami, amiId, region } = facts;
  const name = `${amiId} (${region})`;
  if (ami === undefined) {
    const since = facts.buildEndedAtMs ?? bake.claimedAtMs;
    return facts.nowMs - since < visibilityGraceMs
      ? { verdict: 'wait', why: `EC2 does not show ${name} yet` }
      : { verdict: 'reject', why: `Bake ${bake.id} named ${name}, which does not exist here.` };
  }
  if (ami.ownerId !== facts.account) {
    return { verdict: 'reject', why: `${name} belongs to account ${ami.ownerId}, not to ${facts.account}.` };
  }
  if (ami.state === 'pending') return { verdict: 'wait', why: `${name} is still pending` };
  if (ami.state !== 'available') {
    return { verdict: 'reject', why: `${name} is ${ami.state}, not available.` };
  }
  const owner = ami.tags[bakeTag];
  if (owner !== undefined && owner !== bake.id) {
    return { verdict: 'reject', why: `${name} carries the id of bake ${owner}, not of ${bake.id}.` };
  }
  if (ami.createdAtMs < bake.claimedAtMs - clockSkewMs) {
    return {
      verdict: 'reject',
      why: `${name} was made at ${new Date(ami.createdAtMs).toISOString()}, before bake ${bake.id} was claimed.`,
    };
  }
  if (bake.baseAmiId === undefined || ami.sourceAmiId === bake.baseAmiId) return { verdict: 'adopt' };
  if (facts.ancestry === undefined) return { verdict: 'ask-ancestry' };
  if (facts.ancestry.includes(bake.baseAmiId)) return { verdict: 'adopt' };
  return {
    verdict: 'reject',
    why: `${name} was built on ${ami.sourceAmiId ?? 'an unknown AMI'}, not on the resolved base ${bake.baseAmiId}. Does the template use var.source_ami?`,
  };
}
