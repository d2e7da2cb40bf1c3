import { minuteMs, secondMs } from '../definitions/instant';
import { AwsError, type AwsErrorCode } from '../aws/errors';
import { freeSlot } from '../ledger/writes';
import { moveBake } from '../lifecycle/bake-transitions';
import type { Bake } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { endBake } from './end-bake';
import type { Run } from './run';

/** The request will not get better by itself: the bake ends and says why. */
const refusals: readonly AwsErrorCode[] = ['INVALID', 'NOT_FOUND', 'ACCESS_DENIED', 'TOO_LARGE'];

export const isRefusal = ({ code }: AwsError): boolean => refusals.includes(code);

const backoffMs = (refusals: number): number => Math.min(10 * minuteMs, 30 * secondMs * 2 ** refusals);

/**
 * Sends the stored StartBuild request, word for word. The bake's id is its token: CodeBuild starts it once.
 * @param sent `first`: nothing was sent for this bake before, so that after a refusal there is no build of it
 */
export async function startBuild(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  sent: 'first' | 'again',
): Promise<void> {
  const { deps, ledger } = run;
  let buildId: string;
  try {
    buildId = await deps.builds.start(bake.request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'LIMIT_EXCEEDED' || error.code === 'THROTTLED') {
      waitWithStarts(run);
      if (sent === 'first') await giveBack(run, record, bake);
    } else if (isRefusal(error)) {
      await endBake(run, record, bake, 'failed', {
        class: 'unknown',
        message: `CodeBuild refused to start a build: ${error.message}`,
        lines: [],
      });
    }
    throw error;
  }
  // A refusal of this run stands: the build that was started may be the last that the account allows.
  if (!startsAreBlocked(run)) ledger.meta = { ...ledger.meta, startsBlocked: undefined };
  deps.log.info('build started', { image: bake.image, bake: bake.id, buildId, reason: bake.cause.text });
  await run.save({ ...record, live: moveBake(bake, 'building', { buildId, startedAtMs: run.nowMs }) });
}

/** Until when CodeBuild is not asked again; undefined: it may be asked now. */
export function startsBlockedUntilMs({ ledger, nowMs }: Run): number | undefined {
  const { untilMs = 0 } = ledger.meta.startsBlocked ?? {};
  return untilMs > nowMs ? untilMs : undefined;
}

const startsAreBlocked = (run: Run): boolean => startsBlockedUntilMs(run) !== undefined;

/** Builds that are refused side by side are one refusal. */
export function waitWithStarts(run: Run): void {
  const { ledger, nowMs } = run;
  if (startsAreBlocked(run)) return;
  const refusals = (ledger.meta.startsBlocked?.refusals ?? 0) + 1;
  ledger.meta = { ...ledger.meta, startsBlocked: { untilMs: nowMs + backoffMs(refusals), refusals } };
}

/**
 * The claim is taken back: CodeBuild has no room, which is nobody's failure. Left standing it would be abandoned after ten
 * minutes, and after some of these the image would be blocked although nothing is wrong with it.
 */
async function giveBack(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  const { live: _unclaimed, ...rest } = record;
  const claims = record.claims.filter(({ atMs }) => atMs !== bake.claimedAtMs);
  const asked = record.asked ?? bake.asked;
  await run.save({ ...rest, claims, ...(asked === undefined ? {} : { asked }) }, [freeSlot(bake.slot)]);
  run.ledger.slots.delete(bake.slot);
  run.deps.log.info('claim taken back', { image: bake.image, bake: bake.id });
}
