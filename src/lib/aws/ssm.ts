import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { Parameters } from './edges';
import { AwsError } from './errors';
import { distinct, inBatches } from './batches';

/** GetParameters takes at most ten names (API reference). */
const namesAtOnce = 10;

/** Reading parameters. Apart from `ssmParameters`, so that who writes none neither loads nor may call the rest. */
export function ssmReader(clients: ClientFactory): Pick<Parameters, 'get'> {
  const client = (region: string) => clients(SSMClient, { region });

  return {
    async get(region, names) {
      const answers = await inBatches(distinct(names), { size: namesAtOnce, atOnce: 4 }, (batch) =>
        call('ssm.GetParameters', () => client(region).send(new GetParametersCommand({ Names: batch }))),
      );
      const found = answers.flatMap((answer) => answer.Parameters ?? []);
      return new Map(
        found.map((it) => [
          it.Name ?? '',
          {
            name: it.Name ?? '',
            value: it.Value ?? '',
            version: it.Version ?? 0,
            dataType: it.DataType ?? 'text',
          },
        ]),
      );
    },
  };
}

export function ssmParameters(clients: ClientFactory): Parameters {
  const client = (region: string) => clients(SSMClient, { region });

  return {
    ...ssmReader(clients),

    async putAmi(region, write) {
      const tags = Object.entries(write.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
      // PutParameter takes tags only when it creates; tagged first, so that a failure leaves the value alone.
      if (!write.create && tags.length > 0)
        await call('ssm.AddTagsToResource', () =>
          client(region).send(
            new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: write.name, Tags: tags }),
          ),
        );
      const answer = await call('ssm.PutParameter', () =>
        clients(SSMClient, { region, maxAttempts: 1 }).send(
          new PutParameterCommand({
            Name: write.name,
            Value: write.amiId,
            Type: 'String',
            DataType: 'aws:ec2:image',
            Description: write.description,
            Overwrite: !write.create,
            Tags: write.create && tags.length > 0 ? tags : undefined,
          }),
        ),
      );
      return answer.Version ?? 0;
    },

    async delete(region, name) {
      try {
        await call('ssm.DeleteParameter', () =>
          client(region).send(new DeleteParameterCommand({ Name: name })),
        );
      } catch (error) {
        if (!(error instanceof AwsError && error.code === 'NOT_FOUND')) throw error;
      }
    },

    async tags(region, name) {
      try {
        const answer = await call('ssm.ListTagsForResource', () =>
          client(region).send(
            new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name }),
          ),
        );
        return Object.fromEntries((answer.TagList ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
      } catch (error) {
        if (error instanceof AwsError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
  };
}
