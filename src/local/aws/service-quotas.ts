import type * as Quotas from '@aws-sdk/client-service-quotas';
import { NoSuchResourceException } from '@aws-sdk/client-service-quotas';
import { invalid } from './failure';
import { page } from './page';
import { PerSite } from './per-site';
import type { CallSite } from './world';

/** Quotas that the bakery meets, with AWS's defaults. */
const defaults = [
  {
    service: 'codebuild',
    code: 'L-9D07B6EF',
    name: 'Concurrently running builds for Linux/Small environment',
    value: 20,
  },
  {
    service: 'codebuild',
    code: 'L-2DC20C30',
    name: 'Concurrently running builds for Linux/Medium environment',
    value: 10,
  },
  {
    service: 'codebuild',
    code: 'L-5ED1D25B',
    name: 'Concurrently running builds for ARM/Small environment',
    value: 20,
  },
  { service: 'ec2', code: 'L-B665C33B', name: 'AMIs', value: 50_000 },
  { service: 'ec2', code: 'L-309BACF6', name: 'Snapshots', value: 100_000 },
];

/** Small, so that paging is exercised. */
const pageSize = 1;

/** Service Quotas: what an account may have at most. An increase is granted at once, where AWS takes days. */
export class LocalServiceQuotas {
  readonly #applied = new PerSite<Map<string, number>>(() => new Map());

  /** What AWS set for an account, as for new ones, which may have less than the default. */
  set(at: { account: string; region: string }, code: string, value: number): void {
    this.#applied.at(at).set(code, value);
  }

  /** Only quotas that were ever set apart from their default are among the applied ones. */
  ListServiceQuotas(input: Quotas.ListServiceQuotasRequest, at: CallSite): Quotas.ListServiceQuotasResponse {
    const applied = this.#applied.at(at);
    return listed(
      input,
      defaults.flatMap((it) => (applied.has(it.code) ? { ...it, value: applied.get(it.code)! } : [])),
    );
  }

  ListAWSDefaultServiceQuotas(
    input: Quotas.ListAWSDefaultServiceQuotasRequest,
  ): Quotas.ListAWSDefaultServiceQuotasResponse {
    return listed(input, defaults);
  }

  RequestServiceQuotaIncrease(
    input: Quotas.RequestServiceQuotaIncreaseRequest,
    at: CallSite,
  ): Quotas.RequestServiceQuotaIncreaseResponse {
    const known = defaults.find(
      ({ code, service }) => code === input.QuotaCode && service === input.ServiceCode,
    );
    if (known === undefined)
      throw new NoSuchResourceException({
        message: 'The request failed because the specified resource does not exist.',
        $metadata: {},
      });
    const now = this.#applied.at(at).get(known.code) ?? known.value;
    const wanted = input.DesiredValue ?? 0;
    if (wanted <= now)
      throw invalid(`You must provide a quota value greater than the current quota value ${now}`);
    this.set(at, known.code, wanted);
    return { RequestedQuota: { Status: 'APPROVED', QuotaCode: known.code, DesiredValue: wanted } };
  }
}

function listed(
  input: { ServiceCode?: string; MaxResults?: number; NextToken?: string },
  all: typeof defaults,
): { Quotas: Quotas.ServiceQuota[]; NextToken: string | undefined } {
  const asked = all.filter(({ service }) => service === input.ServiceCode);
  if (!defaults.some(({ service }) => service === input.ServiceCode))
    throw new NoSuchResourceException({ message: `no service ${input.ServiceCode}`, $metadata: {} });
  const badToken = () => invalid('Invalid NextToken');
  const { items, next } = page(
    asked,
    Math.min(input.MaxResults ?? pageSize, pageSize),
    input.NextToken,
    badToken,
  );
  return {
    Quotas: items.map(({ service, code, name, value }) => ({
      ServiceCode: service,
      QuotaCode: code,
      QuotaName: name,
      Value: value,
      Adjustable: true,
    })),
    NextToken: next,
  };
}
