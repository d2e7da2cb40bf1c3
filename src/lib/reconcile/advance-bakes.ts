import { nextBuildStep, type BuildFacts } from '../lifecycle/build-step';
import { moveBake } from '../lifecycle/bake-transitions';
import type { Bake } from '../lifecycle/bake';
import type { ImageRecord } from '../lifecycle/image-record';
import { adoptBake } from './adopt-bake';
import { advanceApproval } from './approve-bake';
import { advanceDistribution } from './distribute-bake';
import { endIfRevoked } from './end-revoked';
import { endBake } from './end-bake';
import { findBuilds } from './find-builds';
import { afterGates } from './pass-gates';
import type { Run } from './run';
import { startBuild, startsBlockedUntilMs } from './start-build';
import { advanceTesting } from './test-bake';

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
  // A build that runs is left to its end: it is not stopped, and its bake gives it up then.
  if (!isBuildingOrTesting(bake) && (await endIfRevoked(run, record, bake))) return;
  if (bake.status === 'distributing') return advanceDistribution(run, record, bake);
  if (bake.status === 'approval') return advanceApproval(run, record, bake, afterGates);
  if (bake.status === 'testing') return advanceTesting(run, record, bake);
  const step = nextBuildStep(bake, factsOf(run, bake), run.nowMs);
  switch (step.do) {
    case 'wait':
      return;
    case 'start':
      if (startsBlockedUntilMs(run) !== undefined) return;
      return startBuild(run, record, bake, 'again');
    case 'search':
      await findBuilds(run, bake.request.projectName);
      return advance(run, record, bake);
    case 'attach':
      await run.save({
        ...record,
        live: moveBake(bake, 'building', { buildId: step.buildId, startedAtMs: run.nowMs }),
      });
      return;
    case 'adopt':
      if (await endIfRevoked(run, record, bake)) return;
      return adoptBake(run, record, bake, step.amis);
    case 'end':
      // Its base may have been taken from under it.
      if (await endIfRevoked(run, record, bake)) return;
      return endBake(run, record, bake, step.status, step.failure);
  }
}

const isBuildingOrTesting = ({ status }: Bake): boolean => status === 'building' || status === 'testing';

function factsOf(run: Run, { buildId, request }: Bake): BuildFacts {
  const build = buildId === undefined ? undefined : run.facts.builds.get(buildId);
  const found = run.facts.foundBuilds.get(request.projectName);
  return { ...(build === undefined ? {} : { build }), ...(found === undefined ? {} : { found }) };
}
