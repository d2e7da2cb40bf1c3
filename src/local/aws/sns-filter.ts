import type { PublishInput } from '@aws-sdk/client-sns';
import { matchesPattern } from './pattern';
import type { Pattern } from './pattern';
import { invalidParameter } from './sns-message';

/** What a subscription wants to hear of. */
export interface SnsFilter {
  policy: Pattern | undefined;
  scope: string;
}

export function filterOf(attributes: Record<string, string> | undefined): SnsFilter {
  const json = attributes?.['FilterPolicy'];
  const scope = attributes?.['FilterPolicyScope'] ?? 'MessageAttributes';
  if (json === undefined || json === '') return { policy: undefined, scope };
  const policy = parsed(json);
  if (typeof policy !== 'object' || policy === null) {
    throw invalidParameter('FilterPolicy', 'failed to parse JSON');
  }
  return { policy: policy as Pattern, scope };
}

export function matchesFilter({ policy, scope }: SnsFilter, input: PublishInput): boolean {
  if (policy === undefined) return true;
  if (scope === 'MessageBody') return matchesPattern(policy, parsed(input.Message!));
  const attributes = Object.entries(input.MessageAttributes ?? {}).map(([name, value]) => {
    const text = value.StringValue ?? '';
    if (value.DataType === 'Number') return [name, Number(text)];
    return [name, value.DataType === 'String.Array' ? parsed(text) : text];
  });
  return matchesPattern(policy, Object.fromEntries(attributes));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
