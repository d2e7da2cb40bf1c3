import type { AmiObservation } from '../aws/edges';
import type { Run } from './run';

/** An AMI as EC2 shows it, asked once a run; undefined where it shows none. */
export async function lookAtAmi(
  run: Run,
  region: string,
  amiId: string,
): Promise<AmiObservation | undefined> {
  const seen = run.facts.amis.get(amiId) ?? (await run.deps.amis.get(region, [amiId])).get(amiId);
  if (seen !== undefined) run.facts.amis.set(amiId, seen);
  return seen;
}
