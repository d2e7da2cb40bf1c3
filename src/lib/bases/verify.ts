import type { AmiObservation } from '../aws/edges';
import type { BaseResolution } from '../planning/snapshot';
import type { BaseContext, Candidate } from './candidate';
import { unknownBecause } from './unknown-because';

/** Looks at the AMIs behind the candidates, all in one call; those already in use only where they may be taken back. */
export async function verify(
  candidates: ReadonlyMap<string, Candidate>,
  inUse: ReadonlySet<string>,
  { amis, region }: BaseContext,
): Promise<Record<string, BaseResolution>> {
  const wanted = new Set<string>();
  for (const candidate of candidates.values()) {
    if (candidate.state === 'found' && (candidate.alwaysVerify || !inUse.has(candidate.amiId))) {
      wanted.add(candidate.amiId);
    }
  }
  let seen = new Map<string, AmiObservation>();
  let unread: { state: 'unknown'; why: string } | undefined;
  if (wanted.size > 0) {
    try {
      seen = await amis.get(region, [...wanted].sort());
    } catch (error) {
      unread = unknownBecause(error);
    }
  }
  const resolve = (candidate: Candidate): BaseResolution => {
    if (candidate.state !== 'found') return candidate;
    if (!wanted.has(candidate.amiId)) return resolved(candidate);
    if (unread !== undefined) return unread;
    return judge(candidate, seen.get(candidate.amiId), region);
  };
  return Object.fromEntries([...candidates].map(([id, candidate]) => [id, resolve(candidate)]));
}

type Found = Extract<Candidate, { state: 'found' }>;

const resolved = ({ amiId, ancestry }: Found, architecture?: string): BaseResolution => ({
  state: 'resolved',
  amiId,
  ancestry,
  ...(architecture === undefined ? {} : { architecture }),
});

function judge(candidate: Found, ami: AmiObservation | undefined, region: string): BaseResolution {
  const { amiId, ownerId } = candidate;
  if (ami === undefined) {
    return {
      state: 'unusable',
      code: 'BASE_NOT_VISIBLE',
      why: `EC2 does not show ${amiId} to this account in ${region}`,
    };
  }
  if (ownerId !== undefined && ami.ownerId !== ownerId) {
    return {
      state: 'unusable',
      code: 'BASE_WRONG_OWNER',
      why: `${amiId} belongs to ${ami.ownerId}, and was announced by ${ownerId}`,
    };
  }
  if (ami.state !== 'available') {
    return { state: 'unusable', code: 'BASE_NOT_VISIBLE', why: `${amiId} is ${ami.state}` };
  }
  return resolved(candidate, ami.architecture);
}
