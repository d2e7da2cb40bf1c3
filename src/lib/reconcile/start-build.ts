import { minuteMs, secondMs } from '../definitions/instant';
import { AwsError, type AwsErrorCode } from '../aws/errors';
import { moveBake } from '../lifecycle/bake-transitions';
import type { Bake } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { endBake } from './end-bake';
import type { Run } from './run';

/** The request will not get better by itself: the bake ends and says why. */
const refusals: readonly AwsErrorCode[] = ['INVALID', 'NOT_FOUND', 'ACCESS_DENIED', 'TOO_LARGE'];

const backoffMs = (refusals: number): number => Math.min(10 * minuteMs, 30 * secondMs * 2 ** refusals);

/** Sends the stored StartBuild request, word for word. The bake's id is its token: CodeBuild starts it once. */
export async function startBuild(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  const { deps, ledger } = run;
  let buildId: string;
  try {
    buildId = await deps.builds.start(bake.request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'LIMIT_EXCEEDED' || error.code === 'THROTTLED') {
      const count = (ledger.meta.startsBlocked?.refusals ?? 0) + 1;
      const untilMs = run.nowMs + backoffMs(count);
      ledger.meta = { ...ledger.meta, startsBlocked: { untilMs, refusals: count } };
    } else if (refusals.includes(error.code)) {
      await endBake(run, record, bake, 'failed', {
        class: 'unknown',
        message: `CodeBuild refused to start a build: ${error.message}`,
        lines: [],
      });
    }
    throw error;
  }
  ledger.meta = { ...ledger.meta, startsBlocked: undefined };
  deps.log.info('build started', { image: bake.image, bake: bake.id, buildId, reason: bake.cause.text });
  await run.save({ ...record, live: moveBake(bake, 'building', { buildId, startedAtMs: run.nowMs }) });
}
