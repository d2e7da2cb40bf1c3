import type { RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { minuteMs } from '../../../src/lib/definitions/instant';
import type { Chance } from '../../../src/local/aws/chance';
import type { LocalAws } from '../../../src/local/aws/create-world';
import type { BuildEnd, BuildProgress, BuildRun } from '../../../src/local/builds/build-run';
import type { Desk } from './desk';

/** What a test that came to nothing says of why, and what CodeBuild says of its build. */
const nothings: BuildEnd[] = [
  { status: 'FAILED', exported: { FAILURE_CLASS: 'capacity', FAILURE_LINES: 'no capacity' } },
  { status: 'FAILED', exported: { FAILURE_CLASS: 'network', FAILURE_LINES: 'the agent says nothing' } },
  { status: 'FAILED', exported: { FAILURE_CLASS: 'template', FAILURE_LINES: 'no check applies' } },
  { status: 'SUCCEEDED' },
  { status: 'FAULT' },
  { status: 'FAILED', exported: { TEST_RESULT: 'error', FAILURE_CLASS: 'unknown', FAILURE_LINES: '' } },
];

/**
 * What the test build does, without a machine to run checks on: the candidate is launched, looked at for a while, and
 * terminated. Armed faults decide how else it may go; a killed one leaves its instance behind.
 */
export class SimTests {
  constructor(
    private readonly parts: {
      aws: () => LocalAws;
      desk: Desk;
      chance: Chance;
      longestMs: number;
      stop: (run: BuildRun) => void;
    },
  ) {}

  start(run: BuildRun, progress: BuildProgress): { kill(): void } {
    const { desk, chance, longestMs } = this.parts;
    const durationMs = 15_000 + chance.below(Math.ceil(longestMs / 3));
    let over = false;
    const end = (with_: BuildEnd) => {
      if (!over) progress.ended(with_);
      over = true;
    };
    const struck = (kind: Parameters<Desk['strikes']>[0]) => desk.strikes(kind, run.account, () => run.id);
    progress.phase('BUILD');
    this.#later(1_000, run, async () => {
      if (over) return;
      const launched = await this.#launch(run).catch((error: unknown) => error as Error);
      if (launched instanceof Error) {
        const lines = { FAILURE_CLASS: 'unknown', FAILURE_LINES: launched.message };
        return end({ status: 'FAILED', exported: lines });
      }
      const instanceId = launched.Instances?.[0]?.InstanceId ?? '';
      if (struck('test-stuck') !== undefined || struck('build-stuck') !== undefined) {
        const timeoutMs = run.timeoutInMinutes * minuteMs;
        return this.#later(timeoutMs, run, () => end({ status: 'TIMED_OUT', context: 'BUILD_TIMED_OUT: ' }));
      }
      if (struck('build-stopped') !== undefined)
        this.#later(Math.floor(durationMs / 2), run, () => this.parts.stop(run));
      const nothing = struck('test-comes-to-nothing') ?? struck('build-fault');
      const fails = struck('test-fails');
      const ends =
        nothing !== undefined
          ? nothings[nothing.pick % nothings.length]!
          : verdict(fails !== undefined, fails?.pick ?? 0);
      this.#later(durationMs, run, async () => {
        if (over) return;
        await this.#ec2(run, 'TerminateInstances', { InstanceIds: [instanceId] });
        end(ends);
      });
    });
    return { kill: () => (over = true) };
  }

  #later(ms: number, run: BuildRun, then: () => void | Promise<void>): void {
    this.parts.aws().scheduler.after(ms, `test ${run.id} goes on`, then);
  }

  #ec2<T>(run: BuildRun, operation: string, input: object): Promise<T> {
    const at = { account: run.account, region: run.region, caller: 'test' };
    return this.parts.aws().services.call('EC2', operation, input, at) as Promise<unknown> as Promise<T>;
  }

  #launch(run: BuildRun): Promise<RunInstancesCommandOutput> {
    const { tags = {} } = JSON.parse(run.environment['BAKERY_CONTRACT'] ?? '{}') as {
      tags?: Record<string, string>;
    };
    const isArm = run.environment['BAKERY_IMAGE']?.endsWith('/arm64') === true;
    const Tags = Object.entries({ ...tags, 'bakery:purpose': 'test' });
    return this.#ec2(run, 'RunInstances', {
      ImageId: run.environment['CANDIDATE_AMI'],
      InstanceType: isArm ? 't4g.micro' : 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: Tags.map(([Key, Value]) => ({ Key, Value })) }],
    });
  }
}

/** As the test build exports it: docs/tests.md. */
function verdict(failed: boolean, pick: number): BuildEnd {
  const bad = pick % 2 === 0 ? 'failed' : 'timed-out';
  const checks = [
    { name: 'works.sh', status: failed ? bad : 'passed', ms: 1_000 },
    { name: 'may-apply.sh', status: 'skipped', ms: 10 },
  ];
  const TEST_REPORT = JSON.stringify({ checks });
  return failed
    ? {
        status: 'FAILED',
        exported: { TEST_RESULT: 'failed', TEST_REPORT, FAILURE_CLASS: 'script', FAILURE_LINES: 'no' },
      }
    : { status: 'SUCCEEDED', exported: { TEST_RESULT: 'passed', TEST_REPORT } };
}
