import type { CreateImageCommandOutput, RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import type { LocalAws } from '../../src/local/aws/create-world';
import type { BuildRun } from '../../src/local/builds/build-run';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';

/** What Packer would do with a template that works, without Packer: an instance of the base, and an AMI of it. */
export function instantBake(
  aws: LocalAws,
  run: BuildRun,
  durationMs: number,
  tells: () => Record<string, string> | undefined = () => undefined,
): InstantOutcome {
  const { account, region } = run;
  const at = { account, region, caller: 'packer' };
  const contract = JSON.parse(run.environment['BAKERY_CONTRACT'] ?? '{}') as {
    source_ami: string;
    ami_name: string;
    tags: Record<string, string>;
  };
  const isArm = run.environment['BAKERY_IMAGE']?.endsWith('/arm64') === true;
  const tags = Object.entries(contract.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return {
    status: 'SUCCEEDED',
    durationMs,
    exported: async () => {
      const launched = (await aws.services.call(
        'EC2',
        'RunInstances',
        {
          ImageId: contract.source_ami,
          InstanceType: isArm ? 't4g.micro' : 't3.micro',
          MinCount: 1,
          MaxCount: 1,
        },
        at,
      )) as unknown as RunInstancesCommandOutput;
      const InstanceId = launched.Instances?.[0]?.InstanceId;
      const made = (await aws.services.call(
        'EC2',
        'CreateImage',
        {
          InstanceId,
          Name: contract.ami_name,
          TagSpecifications: [{ ResourceType: 'image', Tags: tags }],
        },
        at,
      )) as unknown as CreateImageCommandOutput;
      await aws.scheduler.sleep(1_000, `${made.ImageId} becomes available`);
      await aws.services.call('EC2', 'TerminateInstances', { InstanceIds: [InstanceId] }, at);
      return { AMIS: `${region}:${made.ImageId}`, ...tells() };
    },
  };
}
