import { send } from './http';
import type { Credentials } from './sign';
import { signed } from './sign';

/** What AWS said no with. `code` is its name for it. */
export class AwsRefused extends Error {
  override readonly name = 'AwsRefused';
  constructor(
    readonly operation: string,
    readonly code: string,
    said: string,
    readonly status: number,
  ) {
    super(`${operation}: ${code}: ${said}`);
  }

  get mayPass(): boolean {
    return (
      this.status >= 500 || /Throttl|RequestLimitExceeded|TooManyRequests|RequestTimeout/.test(this.code)
    );
  }
}

type Environment = Record<string, string | undefined>;
type Service = 'ec2' | 'ssm';

export interface AwsCalls {
  /** A call of EC2's Query protocol; answers the XML. */
  ec2(operation: string, parameters: Record<string, string | undefined>): Promise<string>;
  /** A call of SSM's JSON protocol. */
  ssm<T>(operation: string, input: object): Promise<T>;
}

const attempts = 6;
const userAgent = 'bakery-test-build';

/**
 * EC2 and SSM of a region, with the credentials of the build. What may pass (throttling, time-outs, 5xx) is tried again;
 * everything that is called here can be repeated, RunInstances by its client token.
 */
export function awsCalls(options: {
  region: string;
  environment: Environment;
  nowMs: () => number;
  sleep: (ms: number) => Promise<void>;
}): AwsCalls {
  const { region, environment, nowMs, sleep } = options;
  const credentials = credentialsOf(environment, nowMs);
  const call = async (service: Service, operation: string, headers: Record<string, string>, body: string) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const url = endpoint(service, region, environment);
        const request = { host: url.host, service, region, headers, body };
        const answer = await send(
          url,
          {
            method: 'POST',
            headers: { ...signed(request, await credentials(), nowMs()), 'user-agent': userAgent },
            body,
          },
          environment,
        );
        if (answer.status < 300) return answer.body;
        throw refusal(operation, answer.status, answer.body);
      } catch (error) {
        const final = error instanceof AwsRefused && !error.mayPass;
        if (final || attempt === attempts) throw error;
        await sleep(500 * 2 ** attempt);
      }
    }
  };
  return {
    ec2: (operation, parameters) => {
      const form = new URLSearchParams({ Action: operation, Version: '2016-11-15' });
      for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value);
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      return call('ec2', operation, headers, form.toString());
    },
    ssm: async <T>(operation: string, input: object) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonSSM.${operation}`,
      };
      return JSON.parse(await call('ssm', operation, headers, JSON.stringify(input))) as T;
    },
  };
}

function endpoint(service: Service, region: string, environment: Environment): URL {
  const named = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || environment['AWS_ENDPOINT_URL'];
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(named || `https://${service}.${region}.${domain}/`);
}

function refusal(operation: string, status: number, body: string): AwsRefused {
  const [, code] =
    /<Code>([^<]+)<\/Code>/.exec(body) ?? /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(body) ?? [];
  const [, said] =
    /<Message>([^<]*)<\/Message>/.exec(body) ?? /"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body) ?? [];
  return new AwsRefused(operation, code ?? `HTTP ${status}`, said ?? body.slice(0, 200), status);
}

/** Those of the environment, or of the role of the CodeBuild project, which change within the hours that a build may take. */
function credentialsOf(environment: Environment, nowMs: () => number): () => Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
  const relative = environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  let held: Credentials | undefined;
  let untilMs = 0;
  return async () => {
    if (id !== undefined && secret !== undefined)
      return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
    if (held !== undefined && nowMs() < untilMs) return held;
    if (relative === undefined)
      throw new Error('there are no credentials: neither in the environment nor of a container');
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    const { status, body } = await send(
      new URL(relative, 'http://169.254.170.2'),
      { method: 'GET', headers: {} },
      {},
    );
    if (status !== 200) throw new Error(`the credentials of the container are not given out: ${status}`);
    const given = JSON.parse(body) as {
      AccessKeyId: string;
      SecretAccessKey: string;
      Token?: string;
      Expiration?: string;
    };
    held = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.Token,
    };
    // Five minutes before they end, as the SDKs do.
    untilMs = given.Expiration === undefined ? nowMs() + 300_000 : Date.parse(given.Expiration) - 300_000;
    return held;
  };
}
