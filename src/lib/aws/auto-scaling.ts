import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
} from '@aws-sdk/client-auto-scaling';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { ScalingReferences } from './edges';

/** MaxRecords of both operations: at most 100 (API references). */
const pageSize = 100;

/**
 * AMIs that Auto Scaling names by itself. What a group has from a launch template is found there: DescribeImageReferences
 * reads all its versions.
 */
export function autoScalingReferences(clients: ClientFactory): ScalingReferences {
  return {
    async all(region) {
      const client = clients(AutoScalingClient, { region });
      const found: { amiId: string; by: string }[] = [];
      let NextToken: string | undefined;
      do {
        const page = { MaxRecords: pageSize, NextToken };
        const answer = await call('autoscaling.DescribeLaunchConfigurations', () =>
          client.send(new DescribeLaunchConfigurationsCommand(page)),
        );
        for (const { ImageId, LaunchConfigurationName } of answer.LaunchConfigurations ?? []) {
          if (ImageId !== undefined)
            found.push({ amiId: ImageId, by: `launch configuration ${LaunchConfigurationName}` });
        }
        NextToken = answer.NextToken;
      } while (NextToken);
      do {
        const page = { MaxRecords: pageSize, NextToken };
        const answer = await call('autoscaling.DescribeAutoScalingGroups', () =>
          client.send(new DescribeAutoScalingGroupsCommand(page)),
        );
        for (const { AutoScalingGroupName, MixedInstancesPolicy } of answer.AutoScalingGroups ?? []) {
          for (const { ImageId } of MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? [])
            if (ImageId !== undefined)
              found.push({ amiId: ImageId, by: `Auto Scaling group ${AutoScalingGroupName}` });
        }
        NextToken = answer.NextToken;
      } while (NextToken);
      return found;
    },
  };
}
