import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleHandler } from '../../scripts/bundle';
import type { Bundle } from '../../scripts/bundle';
import { readEvent } from '../fixtures/events/read-event';
import { bakerySettings } from '../settings/settings';

/**
 * The bundles that are deployed, each in a process of its own with the environment that Lambda gives and AWS behind TLS
 * on 127.0.0.1: what scripts/bundle.ts leaves out or replaces must not be missed.
 */

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'bakery-bundle-'));
const [key, certificate] = [join(work, 'key.pem'), join(work, 'certificate.pem')];

interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Answer = [status: number, body: (request: Received) => object, headers?: Record<string, string>];

const bundles: Record<string, Bundle> = {};
const received: Received[] = [];
let answers: Answer[] = [];
let aws: Server;

/** A certificate is needed, and Node cannot make one. */
const noOpenssl = spawnSync('openssl', ['version']).error !== undefined;
const tested = noOpenssl ? test.skip : test;
if (noOpenssl) console.warn('skipped: openssl is not on the PATH, and TLS on loopback needs a certificate');

beforeAll(async () => {
  if (noOpenssl) return;
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
      .concat('-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost')
      .concat('-keyout', key, '-out', certificate),
    { stdio: 'ignore' },
  );
  aws = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const whole = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(whole);
      const [status, body, more] = answers.shift() ?? [500, () => ({ __type: 'NoAnswerLeft' })];
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...more });
      response.end(JSON.stringify(body(whole)));
    });
  });
  await new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening));
  for (const name of ['push', 'command', 'reconcile'])
    bundles[name] = await bundleHandler(join(root, `src/handlers/${name}.ts`), join(work, name), {
      mode: 'tuned',
    });
}, 60_000);

afterAll(async () => {
  if (!noOpenssl) await new Promise((closed) => aws.close(closed));
  rmSync(work, { recursive: true });
});

/** Runs a function's handler once; what it answered or threw. */
async function invoke(
  name: string,
  event: object,
  written: object = {},
  environment: Record<string, string> = {},
): Promise<{ answer?: unknown; error?: { name: string; code: string; message: string; cause?: string } }> {
  const origin = `https://localhost:${(aws.address() as AddressInfo).port}`;
  const program = `
    const answered = (it) => process.stderr.write(JSON.stringify(it));
    import(process.argv[1]).then(({ handler }) => handler(JSON.parse(process.argv[2]))).then(
      (answer) => answered({ answer }),
      ({ name, code, message, cause }) => answered({ error: { name, code, message, cause: cause?.name } }),
    );`;
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['-e', program, bundles[name]!.file, JSON.stringify(event)],
    {
      env: {
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: secret,
        AWS_SESSION_TOKEN: 'session',
        _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        AWS_ENDPOINT_URL: origin,
        NODE_EXTRA_CA_CERTS: certificate,
        BAKERY_SETTINGS: JSON.stringify({
          ...bakerySettings,
          queueUrl: `${origin}/111111111111/platform.fifo`,
          ...written,
        }),
        ...environment,
      },
    },
  );
  return JSON.parse(stderr) as Awaited<ReturnType<typeof invoke>>;
}

beforeEach(() => {
  received.length = 0;
});

const push = readEvent('codecommit-referenceUpdated-push');
const sent: Answer = [
  200,
  ({ body }) => ({
    MessageId: 'm-1',
    MD5OfMessageBody: createHash('md5')
      .update((JSON.parse(body) as { MessageBody: string }).MessageBody)
      .digest('hex'),
  }),
];
const stored: Answer = [200, () => ({})];

/** Signature version 4, worked out anew: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf({ method, path, headers, body }: Received, service: string): string {
  const [, signed = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (by: string | Buffer, text: string) => createHmac('sha256', by).update(text).digest();
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, '', lines.join(''), signed, sha256(body)].join('\n');
  const time = String(headers['x-amz-date']);
  const scope = [time.slice(0, 8), 'eu-west-1', service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  return hmac(scope.reduce<string | Buffer>(hmac, `AWS4${secret}`), toSign).toString('hex');
}

const target = ({ headers }: Received) => headers['x-amz-target'];

tested('a trigger sends one signed request over TLS, as who and what it is', async () => {
  answers = [sent];
  expect(await invoke('push', push)).toEqual({});
  expect(received.map(target)).toEqual(['AmazonSQS.SendMessage']);
  const [request] = received;
  expect(request!.headers['authorization']).toContain(`Signature=${signatureOf(request!, 'sqs')}`);
  expect(request!.headers).toMatchObject({
    'x-amz-security-token': 'session',
    'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    'user-agent': expect.stringMatching(/aws-sdk-js\/\d.* md\/nodejs#\d.* ami-bakery/) as string,
  });
  expect(JSON.parse(request!.body)).toMatchObject({ MessageGroupId: 'bakery' });
});

tested('a server that cannot prove who it is gets nothing', async () => {
  const { error } = await invoke('push', push, {}, { NODE_EXTRA_CA_CERTS: '' });
  expect(error).toMatchObject({
    name: 'AwsError',
    message: expect.stringContaining('self-signed') as string,
  });
  expect(received).toEqual([]);
});

tested('what a service answers in passing is tried again', async () => {
  answers = [
    [503, () => ({ __type: 'com.amazonaws.sqs#ServiceUnavailable' })],
    [400, () => ({ __type: 'com.amazonaws.sqs#RequestThrottled', message: 'slow down' })],
    sent,
  ];
  expect(await invoke('push', push)).toEqual({});
  expect(received).toHaveLength(3);
});

tested.each([
  ['com.amazonaws.sqs#QueueDoesNotExist', {}, 'NOT_FOUND', 'QueueDoesNotExist'],
  [
    'com.amazonaws.sqs#QueueDoesNotExist',
    { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
    'NOT_FOUND',
    'QueueDoesNotExist',
  ],
  ['com.amazon.coral.service#AccessDeniedException', {}, 'ACCESS_DENIED', 'AccessDeniedException'],
])('an error is known by its name: %s %p', async (type, headers, code, cause) => {
  answers = [[400, () => ({ __type: type, message: 'no' }), headers]];
  const { error } = await invoke('push', push);
  expect(error).toMatchObject({ name: 'AwsError', code, cause });
  expect(received).toHaveLength(1);
});

tested('a sum that is not that of the message is an error', async () => {
  answers = [[200, () => ({ MessageId: 'm-1', MD5OfMessageBody: '0'.repeat(32) })]];
  expect((await invoke('push', push)).error?.message).toContain('InvalidChecksumError');
});

tested('a command is written, then sent', async () => {
  answers = [stored, sent];
  const command = { command: 'bake', image: 'base-al2023', by: 'alice', why: 'a new kernel', id: 'c-1' };
  expect(await invoke('command', command)).toEqual({ answer: { accepted: true, commandId: 'c-1' } });
  expect(received.map(target)).toEqual(['DynamoDB_20120810.PutItem', 'AmazonSQS.SendMessage']);
  expect(received[0]!.headers['authorization']).toContain(signatureOf(received[0]!, 'dynamodb'));
});

tested('a command that is there already is known by the name of the refusal', async () => {
  const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
  answers = [[400, () => ({ __type: type, message: 'there' })], sent];
  const command = { command: 'bake', image: 'base-al2023', by: 'alice', why: 'a new kernel', id: 'c-1' };
  expect(await invoke('command', command)).toEqual({ answer: { accepted: true, commandId: 'c-1' } });
});

tested('a malformed event sends nothing', async () => {
  expect(await invoke('push', { ...push, detail: {} })).toEqual({});
  expect(await invoke('command', { command: 'bake' })).toMatchObject({ answer: { accepted: false } });
  expect(received).toEqual([]);
});

tested.each(['push', 'command', 'reconcile'])(
  'wrong settings end the start of %s, all at once',
  async (name) => {
    const { error } = await invoke(name, push, { account: '1', maxWaitHours: 'six', colour: 'red' });
    expect(error).toMatchObject({ name: 'SettingsError', code: 'SETTINGS_INVALID' });
    expect(error!.message).toMatch(
      /account: is not well formed[^]*colour: is not a setting[^]*maxWaitHours: has the wrong/,
    );
  },
);

tested('a trigger is one file, which loads neither zod nor DynamoDB', () => {
  expect(bundles['push']!.bytes).toBe(bundles['push']!.bytesAtLoad);
  expect(bundles['push']!.bytes).toBeLessThan(190_000);
  expect(bundles['push']!.sdkAtLoad.join()).not.toContain('dynamodb');
});
