import { LocalEc2 } from '../../../src/local/aws/ec2/local-ec2';
import type { Ec2Options } from '../../../src/local/aws/ec2/options';
import { Chance } from '../../../src/local/aws/chance';
import { VirtualClock } from '../../../src/local/aws/clock';
import { LocalScheduler } from '../../../src/local/aws/local-scheduler';
import type { CallSite } from '../../../src/local/aws/world';

export const platform: CallSite = { account: '111111111111', region: 'eu-west-1', caller: 'test' };
export const shop: CallSite = { account: '222222222222', region: 'eu-west-1', caller: 'test' };
export const base = 'ami-0aaaaaaaaaaaaaaa1';

/** An EC2 on a clock that stands still until `settle`, with one public AMI of Amazon's. */
export function localEc2(options: Ec2Options = {}) {
  const clock = new VirtualClock(Date.parse('2026-11-22T02:00:00Z'));
  const scheduler = new LocalScheduler(clock);
  const events: { account: string; region: string; event: { detail: unknown } }[] = [];
  const sink = {
    put: (account: string, region: string, event: { detail: unknown }) => {
      events.push({ account, region, event });
    },
  };
  const ec2 = new LocalEc2({ clock, scheduler, chance: new Chance(7), events: sink }, options);
  ec2.seedPublicImage({ region: 'eu-west-1', amiId: base, name: 'al2023-ami-2023.6', owner: '137112412989' });
  return { ec2, clock, scheduler, events, settle: () => scheduler.settle() };
}

/** Bakes an AMI from the base as Packer does, up to CreateImage. */
export function bake(ec2: LocalEc2, name: string, at: CallSite = platform, from = base): string {
  const { Instances } = ec2.RunInstances(
    { ImageId: from, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    at,
  );
  return ec2.CreateImage({ InstanceId: Instances![0]!.InstanceId, Name: name }, at).ImageId!;
}

/** Name of the error that `run` throws. */
export function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).name;
  }
  return 'none';
}
