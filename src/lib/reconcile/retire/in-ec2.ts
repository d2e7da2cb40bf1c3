import { AwsError } from '../../aws/errors';
import { minuteMs, type InstantMs } from '../../definitions/instant';
import type { BakeStatus } from '../../lifecycle/bake';
import type { PastBake } from '../../lifecycle/retention-facts';
import type { RetireDeps } from './deps';

/** DeprecateAt has to be in the future, and EC2 rounds it to the minute (EnableImageDeprecation). */
const soonMs = 2 * minuteMs;

/** Brings the AMIs of a bake to what its status says, in every region. An AMI that is gone is left at that. */
export async function settleInEc2(
  { retirement }: RetireDeps,
  { amis }: Pick<PastBake, 'amis'>,
  status: BakeStatus,
  nowMs: InstantMs,
): Promise<void> {
  for (const [region, amiId] of Object.entries(amis)) {
    const ami = (await retirement.look(region, [amiId])).get(amiId);
    if (ami === undefined) continue;
    if (status === 'disabled') {
      if (ami.state !== 'disabled') await retirement.disable(region, amiId);
      continue;
    }
    if (ami.state === 'disabled') await retirement.enable(region, amiId);
    if (status === 'deprecated' && ami.deprecateAtMs === undefined)
      await retirement.deprecate(region, amiId, nowMs + soonMs);
    if (status === 'ready' && ami.deprecateAtMs !== undefined) await retirement.undeprecate(region, amiId);
  }
}

/** Deregisters the AMIs of a bake with their snapshots. Those that are gone already are done as well. */
export async function deregisterInEc2(
  { retirement, log }: RetireDeps,
  { id, image, amis }: Pick<PastBake, 'id' | 'image' | 'amis'>,
): Promise<void> {
  for (const [region, amiId] of Object.entries(amis)) {
    // EC2 has several words for what is gone already.
    if (!(await retirement.look(region, [amiId])).has(amiId)) continue;
    try {
      const stay = await retirement.deregister(region, amiId);
      if (stay.length > 0)
        log.warn('snapshots stay', { image, bake: id, region, ami: amiId, snapshots: stay });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'NOT_FOUND') throw error;
    }
  }
}
