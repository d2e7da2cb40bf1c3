import type { CreateImageCommandOutput, RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { minuteMs } from '../../../src/lib/definitions/instant';
import type { Chance } from '../../../src/local/aws/chance';
import type { LocalAws } from '../../../src/local/aws/create-world';
import type { BuildEnd, BuildProgress, BuildRun, BuildRunner } from '../../../src/local/builds/build-run';
import type { Desk } from './desk';

const failureClasses = ['capacity', 'throttle', 'spot', 'network', 'script', 'template', 'unknown'];

interface Contract {
  source_ami?: string;
  ami_name: string;
  tags: Record<string, string>;
}

/**
 * What Packer does, without Packer: an instance of the base is launched, an AMI is made of it, and it is terminated.
 * Armed faults decide how else a build may go; a killed one leaves its instance behind.
 */
export class SimBuilds implements BuildRunner {
  constructor(
    private readonly parts: {
      aws: () => LocalAws;
      desk: Desk;
      chance: Chance;
      longestMs: number;
      imageReadyMs: number;
      /** For templates that choose their base themselves. */
      ownBase: (run: BuildRun, isArm: boolean) => string;
      stop: (run: BuildRun) => void;
      tests: { project: string; runner: Pick<BuildRunner, 'start'> };
      /** What is installed, and what it was built with. */
      tells: (run: BuildRun) => Record<string, string>;
      /** For templates that name another AMI than the one they made. */
      wrongResult: (run: BuildRun, made: string) => string | undefined;
    },
  ) {}

  start(run: BuildRun, progress: BuildProgress): { kill(): void } {
    const { desk, chance, longestMs, tests } = this.parts;
    if (run.id.startsWith(`${tests.project}:`)) return tests.runner.start(run, progress);
    const { scheduler } = this.parts.aws();
    const durationMs = minuteMs / 2 + chance.below(longestMs);
    const halfMs = Math.floor(durationMs / 2);
    const timeoutMs = run.timeoutInMinutes * minuteMs;
    let over = false;
    const end = (with_: BuildEnd) => {
      if (!over) progress.ended(with_);
      over = true;
    };
    const struck = (kind: Parameters<Desk['strikes']>[0]) => desk.strikes(kind, run.account, () => run.id);
    progress.phase('BUILD');
    scheduler.after(1_000, `build ${run.id} launches`, async () => {
      if (over) return;
      const launched = await this.#launch(run).catch((error: unknown) => error as Error);
      if (launched instanceof Error) return end(failed('unknown', launched.message));
      const instanceId = launched.Instances?.[0]?.InstanceId ?? '';
      const fails = struck('build-fails');
      if (fails !== undefined) {
        const failure = failed(failureClasses[fails.pick % failureClasses.length]!, 'it does not work');
        return this.#later(halfMs, run, () => this.#giveUp(run, instanceId, () => end(failure)));
      }
      if (struck('build-fault') !== undefined)
        return this.#later(halfMs, run, () => end({ status: 'FAULT' }));
      if (struck('build-stopped') !== undefined) this.#later(halfMs, run, () => this.parts.stop(run));
      if (struck('build-stuck') !== undefined) {
        return this.#later(timeoutMs, run, () => end({ status: 'TIMED_OUT', context: 'BUILD_TIMED_OUT: ' }));
      }
      this.#later(durationMs, run, () => (over ? undefined : this.#finish(run, instanceId, end, () => over)));
    });
    return { kill: () => (over = true) };
  }

  async close(): Promise<void> {}

  #later(ms: number, run: BuildRun, then: () => void | Promise<void>): void {
    this.parts.aws().scheduler.after(ms, `build ${run.id} goes on`, then);
  }

  #ec2<T>(run: BuildRun, operation: string, input: object): Promise<T> {
    const at = { account: run.account, region: run.region, caller: 'packer' };
    return this.parts.aws().services.call('EC2', operation, input, at) as Promise<unknown> as Promise<T>;
  }

  #launch(run: BuildRun): Promise<RunInstancesCommandOutput> {
    const { source_ami: source, tags } = contractOf(run);
    const isArm = run.environment['BAKERY_IMAGE']?.endsWith('/arm64') === true;
    return this.#ec2(run, 'RunInstances', {
      ImageId: source ?? this.parts.ownBase(run, isArm),
      InstanceType: isArm ? 't4g.micro' : 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(tags) }],
    });
  }

  async #finish(
    run: BuildRun,
    instanceId: string,
    end: (end: BuildEnd) => void,
    isOver: () => boolean,
  ): Promise<void> {
    const { ami_name: Name, tags } = contractOf(run);
    try {
      const made = await this.#ec2<CreateImageCommandOutput>(run, 'CreateImage', {
        InstanceId: instanceId,
        Name,
        TagSpecifications: ['image', 'snapshot'].map((ResourceType) => ({
          ResourceType,
          Tags: tagList(tags),
        })),
      });
      const availableMs = this.parts.imageReadyMs + 1_000 + this.parts.chance.below(minuteMs);
      this.#later(availableMs, run, async () => {
        if (isOver()) return;
        await this.#ec2(run, 'TerminateInstances', { InstanceIds: [instanceId] });
        const named = this.parts.wrongResult(run, made.ImageId!) ?? made.ImageId;
        end({
          status: 'SUCCEEDED',
          exported: { AMIS: `${run.region}:${named}`, ...this.parts.tells(run) },
        });
      });
    } catch (error) {
      await this.#giveUp(run, instanceId, () => end(failed('unknown', (error as Error).message)));
    }
  }

  /** As Packer does when a step fails: the instance goes, then the build ends. */
  async #giveUp(run: BuildRun, instanceId: string, end: () => void): Promise<void> {
    await this.#ec2(run, 'TerminateInstances', { InstanceIds: [instanceId] });
    end();
  }
}

const failed = (failureClass: string, line: string): BuildEnd => ({
  status: 'FAILED',
  exported: { FAILURE_CLASS: failureClass, FAILURE_LINES: line },
});

const tagList = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const contractOf = (run: BuildRun): Contract => {
  const { tags = {}, ...contract } = JSON.parse(run.environment['BAKERY_CONTRACT'] ?? '{}') as Contract;
  return { ...contract, tags };
};
