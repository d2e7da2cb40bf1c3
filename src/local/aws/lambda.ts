import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import { ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { FunctionError } from './functions';
import type { LocalFunctions } from './functions';
import type { CallSite } from './world';

/** The part of Lambda that is called through its API: Invoke. */
export class LocalLambda {
  constructor(private readonly functions: LocalFunctions) {}

  async Invoke(input: InvocationRequest, at: CallSite): Promise<InvocationResponse> {
    const [name, site] = target(input.FunctionName!, at);
    if (!this.functions.has(site, name)) {
      throw new ResourceNotFoundException({
        Type: 'User',
        message: `Function not found: arn:aws:lambda:${site.region}:${site.account}:function:${name}`,
        $metadata: {},
      });
    }
    const event = payloadOf(input.Payload);
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    if (input.InvocationType === 'Event') {
      this.functions.invokeAsync(site, name, event);
      return { StatusCode: 202 };
    }
    try {
      const answer = await this.functions.invoke(site, name, event);
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: encode(answer ?? null) };
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      const cause = error.cause instanceof Error ? error.cause : error;
      const payload = { errorType: cause.name, errorMessage: cause.message, trace: cause.stack?.split('\n') };
      return {
        StatusCode: 200,
        FunctionError: 'Unhandled',
        ExecutedVersion: '$LATEST',
        Payload: encode(payload),
      };
    }
  }
}

/** A function is named plainly or by its ARN. */
function target(name: string, at: CallSite): [string, { account: string; region: string }] {
  const arn = /^arn:aws:lambda:([^:]+):(\d+):function:(.+)$/.exec(name);
  return arn === null ? [name, at] : [arn[3]!, { region: arn[1]!, account: arn[2]! }];
}

function payloadOf(payload: Uint8Array | undefined): unknown {
  return payload === undefined || payload.length === 0
    ? {}
    : (JSON.parse(Buffer.from(payload).toString()) as unknown);
}

/** The SDK's payloads can be read as strings too. */
function encode(value: unknown): InvocationResponse['Payload'] {
  return new TextEncoder().encode(JSON.stringify(value));
}
