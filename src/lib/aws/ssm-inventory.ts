import {
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  ListTagsForResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { ParameterValue } from './edges';

/** Looks at whatever parameters there are, the bakery's or not. */
export interface ParameterInventory {
  /** All below a path, every page. */
  below(region: string, path: string): Promise<ParameterValue[]>;
  tags(region: string, name: string): Promise<Record<string, string>>;
  /** The oldest version that SSM keeps, and its labels. */
  oldest(region: string, name: string): Promise<{ version: number; labels: string[] } | undefined>;
}

export function ssmInventory(clients: ClientFactory): ParameterInventory {
  const client = (region: string) => clients(SSMClient, { region });
  return {
    async below(region, Path) {
      const found: ParameterValue[] = [];
      let NextToken: string | undefined;
      do {
        const answer = await call('ssm.GetParametersByPath', () =>
          client(region).send(new GetParametersByPathCommand({ Path, Recursive: true, NextToken })),
        );
        found.push(
          ...(answer.Parameters ?? []).map((it) => ({
            name: it.Name ?? '',
            value: it.Value ?? '',
            version: it.Version ?? 0,
            dataType: it.DataType ?? 'text',
          })),
        );
        NextToken = answer.NextToken;
      } while (NextToken);
      return found;
    },

    async tags(region, name) {
      const { TagList = [] } = await call('ssm.ListTagsForResource', () =>
        client(region).send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name })),
      );
      return Object.fromEntries(TagList.map(({ Key = '', Value = '' }) => [Key, Value]));
    },

    async oldest(region, Name) {
      // Oldest first; the first page holds it.
      const answer = await call('ssm.GetParameterHistory', () =>
        client(region).send(new GetParameterHistoryCommand({ Name })),
      );
      const [first] = (answer.Parameters ?? []).toSorted((a, b) => (a.Version ?? 0) - (b.Version ?? 0));
      return first === undefined ? undefined : { version: first.Version ?? 0, labels: first.Labels ?? [] };
    },
  };
}
