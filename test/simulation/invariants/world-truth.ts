import type { Build } from '@aws-sdk/client-codebuild';
import type { Universe } from '../contract';

/** What is really so in EC2, SSM and CodeBuild, asked of the fakes themselves: in no log, without faults. */
export class Truth {
  constructor(private readonly universe: Universe) {}

  /** Why the account could not launch the AMI now; undefined: it could. */
  whyNotUsable(account: string, amiId: string, region = this.universe.region): string | undefined {
    const stored = this.universe.look.ami(amiId, region);
    if (stored === undefined) return 'does not exist';
    if (stored.deregistered) return 'is deregistered';
    if (stored.image.State !== 'available') return `is ${stored.image.State}`;
    if (stored.image.OwnerId === account) return undefined;
    const { shareDelayMs } = this.universe;
    const shown = [account, 'all'].some(
      (entity) =>
        (stored.grants.get(entity) ?? Number.POSITIVE_INFINITY) + shareDelayMs <= this.universe.nowMs(),
    );
    return shown ? undefined : `is not shared with ${account}`;
  }

  /** Values that a parameter had, oldest first, with the time since when. */
  history(
    account: string,
    name: string,
    region = this.universe.region,
  ): { value: string; atMs: number; by: string }[] {
    const { aws } = this.universe;
    try {
      const found: { value: string; atMs: number; by: string }[] = [];
      let NextToken: string | undefined;
      do {
        const answer = aws.ssm.GetParameterHistory(
          { Name: name, NextToken },
          { account, region, caller: 'invariants' },
        );
        for (const it of answer.Parameters ?? []) {
          found.push({
            value: it.Value ?? '',
            atMs: it.LastModifiedDate?.getTime() ?? 0,
            by: it.LastModifiedUser ?? '',
          });
        }
        NextToken = answer.NextToken;
      } while (NextToken !== undefined);
      return found;
    } catch {
      return [];
    }
  }

  /** Whether the parameter held the value at any time since then. */
  held(
    account: string,
    name: string,
    value: string,
    sinceMs: number,
    region = this.universe.region,
  ): boolean {
    if (this.universe.look.parameter(account, name, region) === value) return true;
    const history = this.history(account, name, region);
    return history.some(
      (it, index) => it.value === value && (history[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) >= sinceMs,
    );
  }

  parameterTags(
    account: string,
    name: string,
    region = this.universe.region,
  ): Record<string, string> | undefined {
    const { aws } = this.universe;
    try {
      const answer = aws.ssm.ListTagsForResource(
        { ResourceType: 'Parameter', ResourceId: name },
        { account, region, caller: 'invariants' },
      );
      return Object.fromEntries((answer.TagList ?? []).map(({ Key, Value }) => [Key!, Value!]));
    } catch {
      return undefined;
    }
  }

  amiTags(account: string, amiId: string, region = this.universe.region): Record<string, string> {
    const { aws } = this.universe;
    try {
      const answer = aws.ec2.DescribeImages(
        { ImageIds: [amiId] },
        {
          account,
          region,
          caller: 'invariants',
        },
      ) as { Images?: { Tags?: { Key?: string; Value?: string }[] }[] };
      return Object.fromEntries((answer.Images?.[0]?.Tags ?? []).map(({ Key, Value }) => [Key!, Value!]));
    } catch {
      return {};
    }
  }

  /** The builds that were started to make a bake, with what they exported. */
  builds(account: string, bakeId: string) {
    return this.#started(account, bakeId, false).map((build) => ({
      ...seen(build),
      amis: exported(build, 'AMIS') ?? '',
      packages: exported(build, 'PACKAGES_HASH') ?? '',
      builder: exported(build, 'BUILDER') ?? '',
      failureClass: exported(build, 'FAILURE_CLASS'),
    }));
  }

  /** The builds that were started to test a bake: what they were to run on which AMI, and what they found. */
  tests(account: string, bakeId: string) {
    return this.#started(account, bakeId, true).map((build) => {
      const variable = (wanted: string) =>
        build.environment?.environmentVariables?.find(({ name }) => name === wanted)?.value ?? '';
      return {
        ...seen(build),
        commitId: build.sourceVersion ?? '',
        folder: variable('BAKERY_TEST'),
        candidate: variable('CANDIDATE_AMI'),
        result: exported(build, 'TEST_RESULT'),
        failureClass: exported(build, 'FAILURE_CLASS'),
      };
    });
  }

  #started(account: string, bakeId: string, tests: boolean): Build[] {
    const { accounts, codebuild, region, look } = this.universe;
    const { testProject } = accounts.find(({ id }) => id === account)!.settings;
    const ids = look
      .builds(account)
      .filter((build) => build.bakeId === bakeId && (build.project === testProject) === tests)
      .map(({ buildId }) => buildId);
    if (ids.length === 0) return [];
    return codebuild.BatchGetBuilds({ ids }, { account, region, caller: 'invariants' }).builds ?? [];
  }
}

const seen = (build: Build) => ({
  buildId: build.id ?? '',
  status: build.buildStatus ?? 'IN_PROGRESS',
  startedAtMs: build.startTime?.getTime() ?? 0,
  endedAtMs: build.endTime?.getTime(),
});

const exported = (build: Build, wanted: string): string | undefined =>
  build.exportedEnvironmentVariables?.find(({ name }) => name === wanted)?.value;
