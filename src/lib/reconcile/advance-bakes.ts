import { AwsError } from '../aws/errors';
import { known, unknown } from '../definitions/known';
import { nextBuildStep, type BuildFacts } from '../lifecycle/build-step';
import { moveBake } from '../lifecycle/bake-transitions';
import type { Bake } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { adoptBake } from './adopt-bake';
import { advanceDistribution } from './distribute-bake';
import { endBake } from './end-bake';
import type { Run } from './run';
import { startBuild } from './start-build';

/** How many of the newest builds are searched for a BAKE_ID: one ListBuildsForProject page (100 ids). */
const searchedBuilds = 100;

/** Moves every running bake as far as what was seen of its build allows. */
export async function advanceBakes(run: Run): Promise<void> {
  const running = run.records.filter(({ live }) => live !== undefined);
  await run.each(
    running,
    'moving a bake on',
    ({ key }) => key,
    (record) => advance(run, record, record.live!),
  );
}

async function advance(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  if (bake.status === 'distributing') return advanceDistribution(run, record, bake);
  const facts: BuildFacts = { build: run.facts.builds.get(bake.id), found: run.facts.foundBuilds };
  const step = nextBuildStep(bake, facts, run.nowMs);
  switch (step.do) {
    case 'wait':
      return;
    case 'start':
      if ((run.ledger.meta.startsBlocked?.untilMs ?? 0) > run.nowMs) return;
      return startBuild(run, record, bake, 'again');
    case 'search':
      await findBuilds(run);
      return advance(run, record, bake);
    case 'attach':
      await run.save({
        ...record,
        live: moveBake(bake, 'building', { buildId: step.buildId, startedAtMs: run.nowMs }),
      });
      return;
    case 'adopt':
      return adoptBake(run, record, bake, step.amis);
    case 'end':
      return endBake(run, record, bake, step.status, step.failure);
  }
}

async function findBuilds(run: Run): Promise<void> {
  try {
    const newest = await run.deps.builds.newest(run.deps.settings.buildProject ?? '', searchedBuilds);
    run.facts.foundBuilds = known(newest);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.facts.foundBuilds = unknown(error.message);
  }
}
