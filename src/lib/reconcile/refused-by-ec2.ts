import { AwsError, type AwsErrorCode } from '../aws/errors';
import type { ImageDefinition, Share } from '../definitions/catalog';
import { hourMs, minuteMs } from '../definitions/instant';
import type { Channel, ChannelMove } from '../lifecycle/channel';
import type { Run } from './run';
import { shareAmi } from './share-ami';
import { tagAmi } from './tag-ami';

type Refusal = Pick<NonNullable<Channel['blocked']>, 'code' | 'why'>;

/** EC2 is eventually consistent: an AMI or a snapshot that one call shows may be missing for the next. */
const visibleWithinMs = 5 * minuteMs;
/** An AMI in a state that allows no change (disabled by hand, for example) is no passing trouble after this. */
const settledWithinMs = hourMs;

/** How long after the move began an error may still pass by itself; those that are not here always may. */
const patienceMs: Partial<Record<AwsErrorCode, number>> = {
  INVALID: 0,
  ACCESS_DENIED: 0,
  TOO_LARGE: 0,
  NOT_FOUND: visibleWithinMs,
  CONFLICT: settledWithinMs,
};

/** Tags the AMI of a move and gives its permissions; answers what EC2 refuses for good. Other errors are thrown. */
export async function refusedByEc2(
  run: Run,
  move: ChannelMove,
  definition: ImageDefinition,
  wanted: Share,
): Promise<Refusal | undefined> {
  const passedMs = run.nowMs - move.startedAtMs;
  const isFinal = async (error: unknown): Promise<boolean> =>
    error instanceof AwsError &&
    (passedMs >= (patienceMs[error.code] ?? Infinity) ||
      (passedMs >= settledWithinMs && (await isOutOfUse(run, move))));
  try {
    if (!move.tagged) await tagAmi(run, move, definition);
  } catch (error) {
    if (!(await isFinal(error))) throw error;
    return { code: 'TAGS_REFUSED', why: `EC2 refused the tags: ${(error as AwsError).message}` };
  }
  try {
    if (!move.shared) await shareAmi(run, move, wanted);
  } catch (error) {
    if (!(await isFinal(error))) throw error;
    const refused = error as AwsError;
    return {
      code: 'SHARE_REFUSED',
      why: `EC2 refused the ${isOfSnapshot(refused) ? 'snapshot' : 'launch'} permissions: ${refused.message}`,
    };
  }
  return undefined;
}

const isOfSnapshot = ({ call }: AwsError): boolean => call === 'ec2.ModifySnapshotAttribute';

/** EC2 answers of a disabled AMI as it does of one that is being made: which of them it is has to be looked at. */
async function isOutOfUse(run: Run, { to }: ChannelMove): Promise<boolean> {
  for (const [region, amiId] of Object.entries(to.amis)) {
    const seen = (await run.deps.amis.get(region, [amiId])).get(amiId);
    if (seen?.state === 'disabled') return true;
  }
  return false;
}
