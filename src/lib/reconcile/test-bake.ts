import { AwsError } from '../aws/errors';
import type { ImageDefinition } from '../definitions/catalog';
import { recordAmi } from '../ledger/writes';
import type { Bake } from '../lifecycle/bake';
import { moveBakeUpTo } from '../lifecycle/bake-transitions';
import type { ImageRecord } from '../lifecycle/image-record';
import type { TestRun } from '../lifecycle/test-run';
import { nextTestStep, testCameToNothing, type TestStep } from '../lifecycle/test-step';
import { endIfRevoked } from './end-revoked';
import { endBake } from './end-bake';
import { findBuilds } from './find-builds';
import { isTaken, rejectBake, takenBy } from './finish-bake';
import { afterTests } from './pass-gates';
import type { Run } from './run';
import { isRefusal, startsBlockedUntilMs, waitWithStarts } from './start-build';
import { testRequest } from './test-request';

/**
 * The AMI is the bake's result, and is tested before anything else happens to it. It is recorded as the bake's in the same
 * write as the request of its test, so that no other bake takes it in the meantime; the build slot is kept.
 */
export async function beginTesting(
  run: Run,
  record: ImageRecord,
  adopted: Bake & { amis: Record<string, string> },
  definition: ImageDefinition & { test: { path: string } },
): Promise<void> {
  const { settings } = run.deps;
  const { catalog } = run.facts;
  const { key, test } = definition;
  const objectId = catalog.known ? catalog.value.tests?.[key] : undefined;
  const why =
    settings.testProject === undefined
      ? 'the setting testProject names no build project'
      : objectId === undefined
        ? `the checks in ${test.path} are not known`
        : undefined;
  if (why !== undefined || objectId === undefined || !catalog.known) {
    const message = `The AMI could not be tested: ${why}.`;
    return endBake(run, record, adopted, 'failed', { class: 'untested', message, lines: [] });
  }
  const candidate = { amiId: adopted.amis[settings.region] ?? '', test, commitId: catalog.value.commitId };
  const blockedUntilMs = startsBlockedUntilMs(run);
  const live = moveBakeUpTo(adopted, 'testing', {
    test: {
      objectId,
      request: testRequest(adopted, definition, candidate, settings),
      attempt: 1,
      dueAtMs: blockedUntilMs ?? run.nowMs,
      ...(blockedUntilMs === undefined ? { sentAtMs: run.nowMs } : {}),
      earlier: [],
    },
  });
  let stored: ImageRecord;
  try {
    stored = await run.save(
      { ...record, live },
      Object.values(adopted.amis).map((amiId) => recordAmi(amiId, adopted.id)),
    );
  } catch (error) {
    if (!isTaken(error, 1)) throw error;
    return rejectBake(run, record, adopted, takenBy(adopted.amis));
  }
  if (blockedUntilMs === undefined) await send(run, stored, stored.live!, 'first');
}

/** Moves a bake that is `testing` on: to what comes after its tests, or to its end. */
export async function advanceTesting(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  const { test } = bake;
  if (test === undefined) throw new TypeError(`bake ${bake.id} is testing nothing`);
  const build = test.buildId === undefined ? undefined : run.facts.builds.get(test.buildId);
  const found = run.facts.foundBuilds.get(test.request.projectName);
  const step = nextTestStep(bake, { ...(build && { build }), ...(found && { found }) }, run.nowMs);
  if (step.do !== 'wait' && (await endIfRevoked(run, record, bake))) return;
  switch (step.do) {
    case 'wait':
      return;
    case 'send': {
      const blockedUntilMs = startsBlockedUntilMs(run);
      if (blockedUntilMs !== undefined) return;
      const stored = await keep(run, record, bake, { ...test, sentAtMs: run.nowMs });
      return send(run, stored, stored.live!, 'first');
    }
    case 'start':
      if (startsBlockedUntilMs(run) !== undefined) return;
      return send(run, record, bake, 'again');
    case 'search':
      await findBuilds(run, test.request.projectName);
      return advanceTesting(run, record, bake);
    case 'attach':
      await keep(run, record, bake, { ...test, buildId: step.buildId, startedAtMs: run.nowMs });
      return;
    case 'passed':
      run.deps.log.info('tests passed', {
        image: bake.image,
        bake: bake.id,
        checks: step.tests.checks.length,
        buildId: test.buildId,
      });
      return afterTests(run, record, tested(bake, step.tests));
    default:
      return cameToNothing(run, record, bake, step);
  }
}

const keep = (run: Run, record: ImageRecord, bake: Bake, test: TestRun): Promise<ImageRecord> =>
  run.save({ ...record, live: { ...bake, test } });

/** The request is needed no longer. */
function tested({ test: _test, ...bake }: Bake, tests: NonNullable<Bake['tests']>): Bake {
  return { ...bake, tests };
}

async function cameToNothing(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  step: Extract<TestStep, { do: 'again' | 'end' }>,
): Promise<void> {
  if (step.do === 'end') {
    return endBake(run, record, tested(bake, step.tests), step.status, step.failure);
  }
  run.deps.log.warn('the test came to nothing, and is begun again', {
    image: bake.image,
    bake: bake.id,
    attempt: step.test.attempt,
    reason: step.why,
  });
  await keep(run, record, bake, step.test);
}

/**
 * Sends the stored request, word for word: its token starts one build.
 * @param sent `first`: nothing was sent for this attempt before, so that after a refusal there is no build of it
 */
async function send(run: Run, record: ImageRecord, bake: Bake, sent: 'first' | 'again'): Promise<void> {
  const { deps, nowMs } = run;
  const test = bake.test!;
  let buildId: string;
  try {
    buildId = await deps.builds.start(test.request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'LIMIT_EXCEEDED' || error.code === 'THROTTLED') {
      waitWithStarts(run);
      const { sentAtMs: _unsent, ...unsent } = test;
      const dueAtMs = startsBlockedUntilMs(run) ?? nowMs;
      if (sent === 'first') await keep(run, record, bake, { ...unsent, dueAtMs });
    } else if (isRefusal(error)) {
      const why = `CodeBuild refused to start a test build: ${error.message}`;
      await cameToNothing(run, record, bake, testCameToNothing(test, why, nowMs));
    }
    throw error;
  }
  deps.log.info('test started', { image: bake.image, bake: bake.id, buildId, attempt: test.attempt });
  await keep(run, record, bake, { ...test, buildId, startedAtMs: nowMs });
}
