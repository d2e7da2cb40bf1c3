import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { unzip } from '../../packer/environment/bake/unzip';

const run = promisify(execFile);

/** A program that loads the handler like Lambda does, and prints what it answers. */
const invoker = `
const [, , file, event] = process.argv;
const { handler } = await import(file);
const answer = await handler(JSON.parse(event), { awsRequestId: 'invoked-by-a-test' });
console.log(JSON.stringify({ answer: answer ?? null }));
`;

/** A function of a stack in moto: its configuration and its code are asked of moto, and run here. */
export class DeployedFunction {
  private constructor(
    private readonly folder: string,
    private readonly handler: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async fetch(moto: { endpoint: string; region: string }, stack: string, name: string) {
    const lambda = new LambdaClient({
      ...moto,
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
    const configuration = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `${stack}-${name}` }),
    );
    const folder = await mkdtemp(join(tmpdir(), 'bakery-function-'));
    for (const [file, content] of unzip(await archive(moto.endpoint, stack, name))) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    await writeFile(join(folder, 'invoke.mjs'), invoker);
    return new DeployedFunction(folder, configuration.Handler ?? '', {
      ...configuration.Environment?.Variables,
      AWS_LAMBDA_FUNCTION_NAME: configuration.FunctionName ?? '',
      AWS_REGION: moto.region,
      AWS_ENDPOINT_URL: moto.endpoint,
    });
  }

  /** What the last invocation wrote. */
  said = '';

  get settings(): string {
    return this.environment['BAKERY_SETTINGS'] ?? '';
  }

  /**
   * @param change of the settings, for what moto cannot do
   * @param variables further ones, such as endpoints of services that moto lacks
   */
  async invoke(
    event: unknown,
    change: (settings: string) => string,
    variables: Record<string, string> = {},
  ): Promise<unknown> {
    const file = join(this.folder, `${this.handler.replace(/\.handler$/, '')}.mjs`);
    const { stdout } = await run(process.execPath, ['invoke.mjs', file, JSON.stringify(event)], {
      cwd: this.folder,
      env: {
        ...this.environment,
        BAKERY_SETTINGS: change(this.settings),
        AWS_ACCESS_KEY_ID: 'testing',
        AWS_SECRET_ACCESS_KEY: 'testing',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...variables,
      },
      timeout: 30_000,
    });
    this.said = stdout;
    const { answer } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { answer: unknown };
    return answer;
  }

  remove = () => rm(this.folder, { recursive: true, force: true });
}

/** The newest archive of a function in the stack's bucket. */
async function archive(endpoint: string, stack: string, name: string): Promise<Buffer> {
  const authorization = (service: string) => ({
    Authorization: `AWS4-HMAC-SHA256 Credential=testing/20261122/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });
  const described = await fetch(endpoint, {
    method: 'POST',
    headers: { ...authorization('cloudformation'), 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `Action=DescribeStackResource&Version=2010-05-15&StackName=${stack}&LogicalResourceId=ServerlessDeploymentBucket`,
  });
  const bucket = one(await described.text(), 'PhysicalResourceId');
  const listed = await fetch(`${endpoint}/${bucket}?list-type=2`, { headers: authorization('s3') });
  const keys = [...(await listed.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key!);
  const key = keys.filter((it) => it.endsWith(`/${name}.zip`)).at(-1);
  if (key === undefined) throw new Error(`no ${name}.zip in ${bucket}: ${keys.join(', ')}`);
  const zip = await fetch(`${endpoint}/${bucket}/${key}`, { headers: authorization('s3') });
  return Buffer.from(await zip.arrayBuffer());
}

function one(xml: string, element: string): string {
  const [, text] = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml) ?? [];
  if (text === undefined) throw new Error(`no ${element} in ${xml}`);
  return text;
}
