import { join } from 'node:path';
import { maskSecrets } from '../bake/mask';
import type { AwsCalls } from './aws-call';
import {
  clientToken,
  describeCandidate,
  instanceState,
  launch,
  launchParameters,
  terminate,
} from './candidate';
import type { Check } from './checks';
import { readChecks } from './checks';
import type { CheckResult, TestOutcome } from './outcome';
import { checkResult, errorOutcome, judgeChecks } from './outcome';
import { readTestRequest } from './request';
import type { TestRequest } from './request';
import { OutOfReach } from './reach';
import type { Reach } from './reach';
import { bySessionManager } from './session-manager';
import { bySsh } from './ssh';
import { Stopped, waiting } from './stop';

/** Checks that run on the candidate at the same time; its agent takes five commands at once. */
const atOnce = 4;
/** From the launch to the first word of the agent. Windows and bare metal take the longest. */
const bootMinutes = 10;

/**
 * One test from request to outcome: launch, wait for the agent, run the checks, judge. Whatever happens, a launched
 * instance is terminated before this answers.
 */
export async function test(options: {
  environment: Record<string, string | undefined>;
  /** The checked-out repo; called once. */
  source: () => string;
  aws: (region: string) => AwsCalls;
  /** An empty folder for the key of SSH. */
  workFolder: string;
  /** Given: the test ends early, its instance as well. */
  signal: AbortSignal;
  nowMs: () => number;
  say: (line: string) => void;
}): Promise<TestOutcome> {
  const { environment, nowMs } = options;
  const say = (line: string): void => maskSecrets(line.split('\n')).forEach((masked) => options.say(masked));
  let request: TestRequest;
  let checks: Check[];
  try {
    request = readTestRequest(environment);
    checks = readChecks(join(options.source(), request.root), request.checks);
  } catch (error) {
    say(`test: ${String(error instanceof Error ? error.message : error)}`);
    return errorOutcome(error);
  }
  const aws = options.aws(request.launch.region);
  const token = clientToken(request.bakeId, environment['CODEBUILD_BUILD_ID'] ?? '');
  const limit = AbortSignal.timeout(request.limitMinutes * 60_000);
  limit.addEventListener('abort', () => say(`test: its ${request.limitMinutes} minutes are over`));
  const signal = any(options.signal, limit);
  const sleep = waiting(signal);
  let reach: Reach = bySessionManager(aws, sleep);
  let launched: { token: string; id?: string } | undefined;
  try {
    const candidate = await describeCandidate(aws, request.amiId);
    if (request.reach !== 'session_manager') {
      const { workFolder: folder } = options;
      reach = bySsh({ aws, folder, address: request.reach, environment, signal });
    }
    await sleep(0);
    const parameters = launchParameters(request, candidate, token, reach.login);
    launched = { token };
    const id = (launched.id = await launch(aws, parameters));
    say(`test: ${checks.length} checks of ${request.amiId} (${request.image}) on ${id}`);
    const startedMs = nowMs();
    await untilThere(aws, reach, id, { sleep, nowMs, limit: Math.min(bootMinutes, request.limitMinutes) });
    say(`test: ${id} answers after ${seconds(nowMs() - startedMs)}`);
    const variables = {
      IMAGE_IMDS_SUPPORT: candidate.imdsSupport,
      IMAGE_STATE: 'booted',
      BAKE_ID: request.bakeId,
      BAKERY_IMAGE: request.image,
    };
    const results = await inTurn(checks, async (check) => {
      const beganMs = nowMs();
      const result = await reach.run(id, check, variables).then(
        (ending) => checkResult(check.name, ending, nowMs() - beganMs),
        (error: unknown) => notDone(check, error, limit.aborted, nowMs() - beganMs),
      );
      say([`test: ${check.name} ${result.status} (${seconds(result.ms)})`, ...result.lines].join('\n    '));
      return result;
    });
    return judgeChecks(results, id);
  } catch (error) {
    say(`test: ${String(error instanceof Error ? error.message : error)}`);
    return errorOutcome(
      limit.aborted && error instanceof Stopped
        ? silent(launched?.id ?? 'the instance', request.limitMinutes, reach)
        : error,
      [],
      launched?.id,
    );
  } finally {
    if (launched !== undefined) await end(aws, launched, say);
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const silent = (id: string, minutes: number, { needs }: Reach): Error =>
  new OutOfReach(`${id} could not be reached in ${minutes} minutes: ${needs}`);

/** As AbortSignal.any, which Node 18 lacks. */
function any(...signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    const pass = () => controller.abort(signal.reason);
    if (signal.aborted) pass();
    else signal.addEventListener('abort', pass, { once: true });
  }
  return controller.signal;
}

/** A check that runs longer than the whole test may is a bad one; one that could not be asked after is unknown. */
function notDone(check: Check, error: unknown, overTime: boolean, ms: number): CheckResult {
  const line = error instanceof Error ? error.message : String(error);
  const status = overTime && error instanceof Stopped ? 'timed-out' : 'error';
  return { name: check.name, status, ms, lines: maskSecrets([line]) };
}

async function untilThere(
  aws: AwsCalls,
  reach: Reach,
  id: string,
  { sleep, nowMs, limit }: { sleep: (ms: number) => Promise<void>; nowMs: () => number; limit: number },
): Promise<void> {
  const untilMs = nowMs() + limit * 60_000;
  for (let poll = 0; ; poll += 1) {
    if (await reach.answers(id)) return;
    const { state, why } = poll % 4 === 3 ? await instanceState(aws, id) : { state: 'running', why: '' };
    if (!/^(pending|running|)$/.test(state))
      throw new OutOfReach(`${id} is ${state} before it could be tested: ${why}`);
    if (nowMs() > untilMs) throw silent(id, limit, reach);
    await sleep(Math.min(5_000, 250 * 1.5 ** poll));
  }
}

async function inTurn<T, R>(items: T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await run(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/** Not ended by the signal that ended the test. */
async function end(
  aws: AwsCalls,
  launched: { token: string; id?: string },
  say: (line: string) => void,
): Promise<void> {
  try {
    const ids = await terminate(aws, launched, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    if (ids.length > 0) say(`test: ${ids.join(', ')} terminated`);
  } catch (error) {
    const what = launched.id ?? 'what may have been launched';
    say(
      `test: ${what} could not be terminated (${String(error)}): it powers itself off, and the janitor looks for it`,
    );
  }
}
