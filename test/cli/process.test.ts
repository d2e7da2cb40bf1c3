import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ImageRepo } from './image-repo';
import { bakery as inProcess } from './in-process';

const bin = join(import.meta.dirname, '../../bin/bakery.mjs');

/** The program itself, in a process of its own, with an environment that holds no more than it is given. */
function bakery(cwd: string, args: string[], env: Record<string, string> = {}) {
  return new Promise<{ exitCode: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => (out += String(text)));
    child.stderr.on('data', (text) => (err += String(text)));
    child.on('close', (exitCode) => resolve({ exitCode, out, err }));
  });
}

describe('the program', () => {
  let repo: ImageRepo;
  beforeAll(() => {
    repo = ImageRepo.starter('platform');
    repo.append('web/install.sh').commit();
  });
  afterAll(() => repo.remove());

  it.each<[string, string[], number, RegExp]>([
    ['a valid bakery.yml', ['validate'], 0, /^valid bakery\.yml: 3 images/],
    ['no such path', ['validate', 'nowhere'], 2, /^$/],
    ['a plan', ['plan'], 0, /^1 +web\/x86_64 +bake/m],
    ['nothing running', ['status'], 2, /^$/],
    ['the version', ['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    ['the help', ['--help'], 0, /validate.*\n.*[^]*plan[^]*status[^]*explain[^]*bake[^]*Exit codes/],
    ['the help of a command', ['help', 'plan'], 0, /Usage: bakery plan .*\n[^]*Exit codes/],
    ['an unknown command', ['frobnicate'], 2, /^$/],
    ['an unknown option', ['validate', '--frobnicate'], 2, /^$/],
  ])('%s', async (_, args, exitCode, out) => {
    const ran = await bakery(repo.folder, args);
    expect(ran).toMatchObject({ exitCode, out: expect.stringMatching(out) as string });
    expect(ran.err === '').toBe(exitCode === 0);
  });

  it('ends with 1 for problems, and writes no colours unless it is told to', async () => {
    repo.write('broken/bakery.yml', 'version: 1\nimages: { web: { template: web/ } }\n');
    const plain = await bakery(repo.folder, ['validate', 'broken']);
    expect(plain.exitCode).toBe(1);
    expect(plain.out).not.toContain('\u001b');
    const forced = await bakery(repo.folder, ['validate', 'broken'], { FORCE_COLOR: '1' });
    expect(forced.out).toContain('\u001b[');
    const both = await bakery(repo.folder, ['validate', 'broken'], { FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(both.out).not.toContain('\u001b');
  });

  it('lists the tour, which npm start runs', async () => {
    const { exitCode, out } = await bakery(repo.folder, ['tour', '--help']);
    expect({ exitCode, out }).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('--evidence') as string,
    });
  });
});

describe('a deployed bakery', () => {
  let server: Server;
  let lambda: Record<string, string>;
  let asked: { url: string; payload: unknown }[];
  let answer: { status: number; headers?: Record<string, string>; body: unknown };
  const report = {
    bakery: 'platform',
    account: '111111111111',
    region: 'eu-west-1',
    mode: 'bake',
    atMs: 1_763_800_000_000,
    commitId: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
    images: [
      {
        image: 'web/arm64',
        channel: 'stable',
        decision: 'blocked',
        reasonCode: 'failed',
        reason: 'bake b-1 failed (script): exit 1',
      },
    ],
    mirrors: [],
    troubles: [],
    finished: true,
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      void (async () => {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        asked.push({ url: request.url ?? '', payload: JSON.parse(text) as unknown });
        const command = request.url?.includes('-command') === true && answer.status === 200;
        const body = command ? { accepted: true, commandId: '01ABC' } : answer.body;
        response.writeHead(answer.status, answer.headers).end(JSON.stringify(body));
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    lambda = {
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    };
  });
  afterAll(() => new Promise((resolve) => void server.close(resolve)));
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: report };
  });

  it('is asked through Lambda, by the names of its stage', async () => {
    const { exitCode, out, err } = await bakery('/', ['status', '--stage', 'prod'], lambda);
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(out).toContain('platform (account 111111111111, eu-west-1), commit c0ffee00');
    expect(out).toMatch(/^web\/arm64 +stable +- +- +blocked +bake b-1 failed/m);
    expect(asked).toEqual([
      { url: '/2015-03-31/functions/ami-bakery-prod-reconcile/invocations', payload: { observe: true } },
    ]);
  });

  it('takes commands under another prefix', async () => {
    const args = ['bake', 'web', '--why', 'because', '--by', 'ada', '--function-prefix', 'golden'];
    const { exitCode, out } = await bakery('/', args, lambda);
    expect({ exitCode, out }).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^accepted web\/arm64, command 01ABC/) as string,
    });
    expect(asked.at(-1)).toEqual({
      url: '/2015-03-31/functions/golden-command/invocations',
      payload: { command: 'bake', image: 'web', by: 'ada', why: 'because' },
    });
  });

  it.each<[string, typeof answer, string]>([
    ['is not there', refusal(404, 'ResourceNotFoundException'), 'NOT_DEPLOYED'],
    ['may not be asked', refusal(403, 'AccessDeniedException'), 'ACCESS_DENIED'],
    ['takes no such credentials', refusal(403, 'ExpiredTokenException'), 'NO_CREDENTIALS'],
    ['has trouble', refusal(500, 'ServiceException'), 'UNREACHABLE'],
    [
      'throws',
      {
        status: 200,
        headers: { 'x-amz-function-error': 'Unhandled' },
        body: { errorType: 'SettingsError', errorMessage: 'no table' },
      },
      'FUNCTION_FAILED',
    ],
    ['is of another make', { status: 200, body: 'hello' }, 'UNEXPECTED_ANSWER'],
  ])('that %s: ends with 2 and says so', async (_, answered, code) => {
    answer = answered;
    const { exitCode, out, err } = await bakery('/', ['status', '--stage', 'prod'], lambda);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(`error ${code} `);
    expect(err).not.toContain('caused by');
  });

  it('that is out of reach: the cause is told with --verbose', async () => {
    const dead = { ...lambda, AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' };
    const { exitCode, err } = await bakery('/', ['status', '--stage', 'prod', '--verbose'], dead);
    expect({ exitCode, err }).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('error UNREACHABLE ') as string,
    });
    expect(err).toMatch(/caused by AwsError: .*\ncaused by .*ECONNREFUSED/);
  });

  it('needs a region', async () => {
    const { exitCode, err } = await inProcess('/', ['status', '--stage', 'prod']);
    expect({ exitCode, err }).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('error NO_REGION ') as string,
    });
  });
});

function refusal(status: number, name: string) {
  return { status, headers: { 'x-amzn-errortype': name }, body: { message: 'no' } };
}
