import {
  ListAWSDefaultServiceQuotasCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
  type ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import { call } from './classify';
import type { ClientFactory } from './clients';

export interface Quota {
  code: string;
  name: string;
  value: number;
}

export interface QuotaReader {
  /** The first quota of a service that `wanted` takes, as it applies to the account; its default where none was ever applied. */
  find(region: string, service: string, wanted: (quota: Quota) => boolean): Promise<Quota | undefined>;
}

/** ListServiceQuotas and ListAWSDefaultServiceQuotas, MaxResults: at most 100. */
const MaxResults = 100;

interface Page {
  Quotas?: ServiceQuota[];
  NextToken?: string;
}

export function serviceQuotas(clients: ClientFactory): QuotaReader {
  const client = (region: string) => clients(ServiceQuotasClient, { region });
  return {
    async find(region, ServiceCode, wanted) {
      const applied = (NextToken: string | undefined) =>
        call('servicequotas.ListServiceQuotas', () =>
          client(region).send(new ListServiceQuotasCommand({ ServiceCode, MaxResults, NextToken })),
        );
      // Quotas that were never changed may be missing from the applied ones (ListServiceQuotas API reference).
      const byDefault = (NextToken: string | undefined) =>
        call('servicequotas.ListAWSDefaultServiceQuotas', () =>
          client(region).send(new ListAWSDefaultServiceQuotasCommand({ ServiceCode, MaxResults, NextToken })),
        );
      return (await search(applied, wanted)) ?? (await search(byDefault, wanted));
    },
  };
}

async function search(
  page: (NextToken: string | undefined) => Promise<Page>,
  wanted: (quota: Quota) => boolean,
): Promise<Quota | undefined> {
  let NextToken: string | undefined;
  do {
    const answer = await page(NextToken);
    for (const { QuotaCode: code = '', QuotaName: name = '', Value: value } of answer.Quotas ?? []) {
      if (value !== undefined && wanted({ code, name, value })) return { code, name, value };
    }
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return undefined;
}
