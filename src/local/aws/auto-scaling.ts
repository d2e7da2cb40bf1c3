import type * as Asg from '@aws-sdk/client-auto-scaling';
import { AlreadyExistsFault, InvalidNextToken } from '@aws-sdk/client-auto-scaling';
import { AwsFailure } from './failure';
import { page } from './page';
import { PerSite } from './per-site';
import type { CallSite } from './world';

/** Of a page where the caller says nothing, and at most; AWS: 50 and 100. Small, so that paging is exercised. */
const pageSize = 2;

interface Stored {
  groups: Map<string, Asg.AutoScalingGroup>;
  configurations: Map<string, Asg.LaunchConfiguration>;
}

/** Groups and launch configurations, as far as it matters which AMIs they name. Nothing is ever launched. */
export class LocalAutoScaling {
  readonly #stored = new PerSite<Stored>(() => ({ groups: new Map(), configurations: new Map() }));

  CreateLaunchConfiguration(input: Asg.CreateLaunchConfigurationType, at: CallSite): object {
    const { configurations } = this.#stored.at(at);
    const name = input.LaunchConfigurationName!;
    if (configurations.has(name)) throw alreadyThere('Launch Configuration', name);
    configurations.set(name, {
      LaunchConfigurationName: name,
      ImageId: input.ImageId,
      InstanceType: input.InstanceType,
      CreatedTime: new Date(0),
    });
    return {};
  }

  DeleteLaunchConfiguration(input: Asg.LaunchConfigurationNameType, at: CallSite): object {
    this.#stored.at(at).configurations.delete(input.LaunchConfigurationName!);
    return {};
  }

  DescribeLaunchConfigurations(
    input: Asg.LaunchConfigurationNamesType,
    at: CallSite,
  ): Asg.LaunchConfigurationsType {
    const names = input.LaunchConfigurationNames ?? [];
    const all = [...this.#stored.at(at).configurations.values()].filter(
      ({ LaunchConfigurationName }) => names.length === 0 || names.includes(LaunchConfigurationName!),
    );
    const { items, next } = page(all, sizeOf(input), input.NextToken, badToken);
    return { LaunchConfigurations: items, NextToken: next };
  }

  CreateAutoScalingGroup(input: Asg.CreateAutoScalingGroupType, at: CallSite): object {
    const { groups } = this.#stored.at(at);
    const name = input.AutoScalingGroupName!;
    if (groups.has(name)) throw alreadyThere('AutoScalingGroup', name);
    groups.set(name, {
      AutoScalingGroupName: name,
      MinSize: input.MinSize,
      MaxSize: input.MaxSize,
      DesiredCapacity: input.DesiredCapacity ?? input.MinSize,
      LaunchConfigurationName: input.LaunchConfigurationName,
      LaunchTemplate: input.LaunchTemplate,
      MixedInstancesPolicy: input.MixedInstancesPolicy,
      DefaultCooldown: 300,
      AvailabilityZones: [],
      HealthCheckType: 'EC2',
      CreatedTime: new Date(0),
    });
    return {};
  }

  DeleteAutoScalingGroup(input: Asg.DeleteAutoScalingGroupType, at: CallSite): object {
    this.#stored.at(at).groups.delete(input.AutoScalingGroupName!);
    return {};
  }

  DescribeAutoScalingGroups(input: Asg.AutoScalingGroupNamesType, at: CallSite): Asg.AutoScalingGroupsType {
    const names = input.AutoScalingGroupNames ?? [];
    const all = [...this.#stored.at(at).groups.values()].filter(
      ({ AutoScalingGroupName }) => names.length === 0 || names.includes(AutoScalingGroupName!),
    );
    const { items, next } = page(all, sizeOf(input), input.NextToken, badToken);
    return { AutoScalingGroups: items, NextToken: next };
  }
}

function sizeOf({ MaxRecords = pageSize }: { MaxRecords?: number }): number {
  if (MaxRecords < 1 || MaxRecords > 100)
    throw new AwsFailure('ValidationError', 'maxRecords is from 1 to 100', 400);
  return Math.min(MaxRecords, pageSize);
}

const badToken = (): Error => new InvalidNextToken({ message: 'the token is not valid', $metadata: {} });

const alreadyThere = (what: string, name: string): Error =>
  new AlreadyExistsFault({ message: `${what} by this name already exists: ${name}`, $metadata: {} });
