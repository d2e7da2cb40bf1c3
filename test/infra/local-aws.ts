import { VirtualClock } from '../../src/local/aws/clock';
import { createWorld } from '../../src/local/aws/create-world';
import type { LocalAws } from '../../src/local/aws/create-world';
import { LocalCodeBuild } from '../../src/local/builds/codebuild';
import { InstantRunner } from '../../src/local/builds/instant-runner';
import { MemoryCodeCommit } from '../../src/local/git/memory-codecommit';
import type { Files } from '../../src/local/git/memory-codecommit';
import { AwsFront } from '../../src/local/packer/front/front';

interface Place {
  account: string;
  region: string;
}

/** The services of the local bakery that moto lacks, over HTTP: CodeCommit, CodeBuild, and EC2 as their builds need it. */
export class LocalAwsOverHttp {
  readonly #aws: LocalAws;
  readonly #front: AwsFront;
  #codecommit!: MemoryCodeCommit;
  #codebuild!: LocalCodeBuild;

  /** Builds fail, in a way that is not tried again: what a person then asks for can be told from it. */
  constructor(private readonly at: Place) {
    this.#aws = createWorld({
      clock: new VirtualClock(Date.now()),
      seed: 1,
      accounts: [],
      extend: (world) => {
        this.#codecommit = new MemoryCodeCommit(world);
        const exported = { FAILURE_CLASS: 'script', FAILURE_LINES: 'the script ended with 1' };
        const runner = new InstantRunner(world, () => ({ status: 'FAILED', exported }));
        this.#codebuild = new LocalCodeBuild(world, { runner });
        return { CodeCommit: this.#codecommit, CodeBuild: this.#codebuild };
      },
    });
    this.#front = new AwsFront(
      (service, operation, input, at) => this.#aws.services.call(service, operation, input, at),
      undefined,
      { CodeCommit_20150413: 'CodeCommit', CodeBuild_20161006: 'CodeBuild' },
    );
  }

  start = (): Promise<void> => this.#front.start();

  async stop(): Promise<void> {
    await this.#front.stop();
    this.#aws.close();
  }

  /** Variables of whoever is to call it. */
  get environment(): Record<string, string> {
    const services = ['CODECOMMIT', 'CODEBUILD', 'EC2'];
    return Object.fromEntries(
      services.map((service) => [`AWS_ENDPOINT_URL_${service}`, this.#front.endpoint]),
    );
  }

  /** What CloudFormation would have made. */
  putProject(name: string): void {
    this.#codebuild.putProject(this.at, { name, source: { type: 'CODECOMMIT', location: 'unused' } });
  }

  /** An AMI that everybody may launch. */
  putPublicAmi(amiId: string): void {
    const ami = { amiId, name: 'al2023-ami-2023', owner: '137112412989' };
    this.#aws.ec2.seedPublicImage({ ...ami, region: this.at.region });
  }

  push = (repository: string, branch: string, files: Files): string =>
    this.#codecommit.push(this.at, repository, branch, files);

  /** Until every build has ended. */
  async settle(): Promise<void> {
    await this.#aws.scheduler.settle({ horizonMs: 60_000, maxWaitMs: 5_000 });
  }

  /** Builds that were started, oldest first. */
  builds(projectName: string): { commit: string | undefined; variables: Record<string, string> }[] {
    const at = { ...this.at, caller: 'test' };
    const { ids = [] } = this.#codebuild.ListBuildsForProject({ projectName, sortOrder: 'ASCENDING' }, at);
    if (ids.length === 0) return [];
    const { builds = [] } = this.#codebuild.BatchGetBuilds({ ids }, at);
    return builds.map(({ sourceVersion, environment }) => ({
      commit: sourceVersion,
      variables: Object.fromEntries(
        (environment?.environmentVariables ?? []).map(({ name = '', value = '' }) => [name, value]),
      ),
    }));
  }
}
