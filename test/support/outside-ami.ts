import type { CreateImageCommandOutput, RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import type { MemoryBakery } from './memory-bakery';
import { region } from './memory-bakery';

/** An AMI that somebody made by hand: an instance of another AMI, and an image of it. */
export async function outsideAmi(
  { aws }: MemoryBakery,
  account: string,
  { source, name }: { source: string; name: string },
): Promise<string> {
  const at = { account, region, caller: 'person' };
  const launched = (await aws.services.call(
    'EC2',
    'RunInstances',
    { ImageId: source, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    at,
  )) as unknown as RunInstancesCommandOutput;
  const InstanceId = launched.Instances?.[0]?.InstanceId;
  const made = (await aws.services.call(
    'EC2',
    'CreateImage',
    { InstanceId, Name: name },
    at,
  )) as unknown as CreateImageCommandOutput;
  await aws.services.call('EC2', 'TerminateInstances', { InstanceIds: [InstanceId] }, at);
  await aws.scheduler.pass(60_000);
  return made.ImageId!;
}
