import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { awsCalls } from '../../packer/environment/test/aws-call';
import { send } from '../../packer/environment/test/http';

const servers: { close(): unknown }[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers these, one after another, and keeps what it was asked. */
async function answering(answers: { status: number; body: string }[]) {
  const asked: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ headers: request.headers, body });
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? { status: 200, body: '{}' };
      response.writeHead(answer.status).end(answer.body);
    });
  });
  return { asked, endpoint: `http://${await listening(server)}` };
}

const calls = (environment: Record<string, string>, slept: number[] = []) =>
  awsCalls({
    region: 'eu-west-1',
    environment: { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x', ...environment },
    nowMs: () => Date.UTC(2026, 10, 22),
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  });

it('speaks the Query protocol to EC2 and JSON to SSM', async () => {
  const { asked, endpoint } = await answering([{ status: 200, body: '{"a":1}' }]);
  const aws = calls({ AWS_ENDPOINT_URL: endpoint });
  await aws.ec2('RunInstances', { MinCount: '1', SubnetId: undefined, 'Tag.1.Value': 'a b&c' });
  expect(await aws.ssm('SendCommand', { Comment: 'x' })).toEqual({ a: 1 });
  expect(asked.map(({ body }) => body)).toEqual([
    'Action=RunInstances&Version=2016-11-15&MinCount=1&Tag.1.Value=a+b%26c',
    '{"Comment":"x"}',
  ]);
  expect(asked[1]?.headers).toMatchObject({
    'x-amz-target': 'AmazonSSM.SendCommand',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIAX\/20261122\/eu-west-1\/ssm\/aws4_request/,
    ),
  });
});

it.each([
  [
    'throttling in XML',
    { status: 503, body: '<Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors>' },
  ],
  ['throttling in JSON', { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' }],
  ['trouble of AWS', { status: 500, body: '' }],
])('%s is waited out, longer each time', async (_what, answer) => {
  const { endpoint, asked } = await answering([answer, answer, { status: 200, body: '{}' }]);
  const slept: number[] = [];
  await calls({ AWS_ENDPOINT_URL_SSM: endpoint }, slept).ssm('DescribeInstanceInformation', {});
  expect(asked).toHaveLength(3);
  expect(slept[1]).toBeGreaterThan(slept[0] ?? 0);
});

it.each([
  [
    '<Error><Code>InvalidAMIID.NotFound</Code><Message>no &lt;ami&gt;</Message></Error>',
    'InvalidAMIID.NotFound',
  ],
  ['{"__type":"com.amazonaws.ssm#InvalidInstanceId","Message":"i-0a"}', 'InvalidInstanceId'],
  ['teapot', 'HTTP 400'],
])('a no is not asked again: %s', async (body, code) => {
  const { endpoint, asked } = await answering([{ status: 400, body }]);
  const refused = calls({ AWS_ENDPOINT_URL: endpoint }).ec2('DescribeImages', {});
  await expect(refused).rejects.toMatchObject({ name: 'AwsRefused', code, operation: 'DescribeImages' });
  expect(asked).toHaveLength(1);
});

it('without credentials it says so', async () => {
  const aws = awsCalls({ region: 'x', environment: {}, nowMs: () => 0, sleep: () => Promise.resolve() });
  await expect(aws.ec2('DescribeImages', {})).rejects.toThrow(/no credentials/);
});

describe('a proxy', () => {
  /** Notes where it is asked to connect, and hangs up. */
  async function proxy() {
    const asked: { to: string | undefined; login: string | undefined }[] = [];
    const server = createServer();
    server.on('connect', (request: IncomingMessage, socket) => {
      asked.push({ to: request.url, login: request.headers['proxy-authorization'] });
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    return { asked, address: await listening(server) };
  }
  const post = { method: 'POST' as const, headers: {}, body: '' };

  it('is asked for a tunnel, with the login of its URL', async () => {
    const { asked, address } = await proxy();
    const sent = send(new URL('https://ssm.eu-west-1.amazonaws.com/'), post, {
      HTTPS_PROXY: `http://me:p%40ss@${address}`,
    });
    await expect(sent).rejects.toThrow(/answers 407/);
    expect(asked).toEqual([
      { to: 'ssm.eu-west-1.amazonaws.com:443', login: `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
    ]);
  });

  it.each(['*', 'ssm.invalid', '.invalid', 'x.y, invalid'])(
    'is left out where NO_PROXY says %s',
    async (NO_PROXY) => {
      const { asked, address } = await proxy();
      const sent = send(new URL('https://ssm.invalid/'), post, {
        HTTPS_PROXY: `http://${address}`,
        NO_PROXY,
      });
      await expect(sent).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
      expect(asked).toEqual([]);
    },
  );

  it('carries what is said, once it has opened the tunnel', async () => {
    const plain = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end('no TLS here'));
    });
    servers.push(plain);
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const server = createServer();
    server.on('connect', (_request, socket) => {
      const onward = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward
        .on('error', () => undefined)
        .pipe(socket.on('error', () => undefined))
        .pipe(onward);
    });
    const address = await listening(server);
    // What answers behind the tunnel is heard, and refused because it is no TLS.
    await expect(
      send(new URL('https://ssm.invalid/'), post, { HTTPS_PROXY: `http://${address}` }),
    ).rejects.toThrow(/wrong version number|packet length|SSL/i);
  });
});
