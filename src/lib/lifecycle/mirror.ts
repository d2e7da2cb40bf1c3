import type { Known } from '../definitions/known';
import type { Channel } from './channel';
import type { AmiObservation } from './observation';
import type { UpstreamRecord } from './upstream-record';

/** Where a mirrored channel stands, with the reason. */
export interface MirrorStatus {
  code: 'current' | 'behind' | 'moving' | 'silent' | 'not-visible' | 'unknown' | 'blocked' | 'withdrawn';
  text: string;
}

/**
 * Whether a consumer's copy is what the upstream announced last, and may follow it: only to an AMI that EC2 shows here
 * and that belongs to the account that announced it.
 */
export function mirrorStatus(
  channel: Channel | undefined,
  upstream: UpstreamRecord | undefined,
  seen: Known<ReadonlyMap<string, AmiObservation>>,
  region: string,
): MirrorStatus {
  if (channel?.moving !== undefined) {
    return { code: 'moving', text: `moving to ${channel.moving.to.amis[region]}` };
  }
  if (upstream === undefined) return { code: 'silent', text: 'nothing has been announced yet' };
  const { bakeId, reasons = {} } = upstream;
  const revoked = `bake ${bakeId} was revoked${reasons[bakeId] === undefined ? '' : `: ${reasons[bakeId]}`}`;
  if (upstream.withdrawn === true) {
    const text = `${revoked}; nothing good is left`;
    return channel?.current === undefined ? { code: 'blocked', text } : { code: 'withdrawn', text };
  }
  if (upstream.revoked.includes(bakeId)) return { code: 'blocked', text: revoked };
  const amiId = upstream.amis[region];
  if (amiId === undefined) return { code: 'not-visible', text: `nothing was announced for ${region}` };
  if (channel?.current?.amis[region] === amiId) {
    return { code: 'current', text: `${amiId} is what ${upstream.bakery} announced last` };
  }
  const tried = channel?.blocked;
  if (tried !== undefined && channel !== undefined && channel.lastSequence >= upstream.sequence) {
    return { code: 'blocked', text: tried.why };
  }
  if (!seen.known) return { code: 'unknown', text: `EC2 could not be asked: ${seen.why}` };
  const ami = seen.value.get(amiId);
  if (ami === undefined) return { code: 'not-visible', text: `EC2 does not show ${amiId} to this account` };
  if (ami.ownerId !== upstream.account) {
    return { code: 'blocked', text: `${amiId} belongs to ${ami.ownerId}, not to ${upstream.account}` };
  }
  if (ami.state !== 'available') return { code: 'not-visible', text: `${amiId} is ${ami.state}` };
  return { code: 'behind', text: `${upstream.bakery} announced ${amiId}` };
}
