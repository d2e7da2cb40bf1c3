import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../src/lib/reconcile/report';
import { stateFile } from '../../src/local/control-protocol';
import type { InvokeAnswer, LocalState } from '../../src/local/control-protocol';
import { left, startBakery } from './command-line';

describe('a local bakery that is left running', () => {
  let folder = '';
  let bakery: ReturnType<typeof startBakery>;
  let state: LocalState;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bakery-test-'));
    bakery = startBakery(['up', '--packer', 'stand-in'], { temporary: folder, cwd: folder });
    await until(() => existsSync(join(folder, stateFile)));
    state = JSON.parse(readFileSync(join(folder, stateFile), 'utf8')) as LocalState;
    await until(async () => (await images()).every(({ decision }) => decision === 'current'));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const until = async (what: () => boolean | Promise<boolean>) => {
    for (let tries = 0; !(await what()); tries += 1) {
      if (tries > 500) throw new Error(`it never came to that; it said:\n${bakery.stdout()}`);
      await sleep(100);
    }
  };
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${state.url}/invoke`, { method: 'POST', body, headers });
  const authorization = () => ({ authorization: `Bearer ${state.token}` });
  const images = async () => {
    const request = { account: '111111111111', function: 'reconcile', event: { observe: true } };
    const answer = (await (await post(JSON.stringify(request), authorization())).json()) as InvokeAnswer;
    if (!answer.ok) throw new Error(answer.errorMessage);
    const found = (answer.answer as Report).images;
    return found.length > 0 ? found : [{ image: '', decision: 'none' }];
  };

  test('only its owner can read where it is', () => {
    expect(statSync(join(folder, stateFile)).mode & 0o777).toBe(0o600);
    expect(state).toMatchObject({
      pid: bakery.pid,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/) as string,
    });
  });

  test('a push to the printed repo is baked', async () => {
    const path = /git clone (\S+golden-images\.git)/.exec(bakery.stdout())![1]!;
    const clone = join(folder, 'clone');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@localhost', ...args], {
        cwd: existsSync(clone) ? clone : folder,
        stdio: 'pipe',
      }).toString();
    git('clone', '--quiet', path, clone);
    appendFileSync(join(clone, 'web/install.sh'), '# changed\n');
    git('commit', '--quiet', '--all', '--message=Change web');
    git('push', '--quiet', 'origin', 'HEAD');
    const commit = git('rev-parse', 'HEAD').trim();
    await until(async () => {
      const web = (await images()).find(({ image }) => image === 'web/x86_64');
      return web !== undefined && 'commitId' in web && web.commitId === commit;
    });
    rmSync(clone, { recursive: true });
  }, 60_000);

  test.each([
    ['without the token', '{}', {}, 401],
    ['with a wrong one', '{}', { authorization: 'Bearer no' }, 401],
    ['with a body that is no request', '{"account":1}', 'token', 400],
    [
      'for an account that is not there',
      '{"account":"444444444444","function":"tick","event":{}}',
      'token',
      404,
    ],
    [
      'for a function that is not there',
      '{"account":"111111111111","function":"rm","event":{}}',
      'token',
      404,
    ],
    ['with more than a request can be', 'x'.repeat(300_000), 'token', 413],
  ])('a call %s is refused', async (_what, body, headers, status) => {
    const response = await post(body, typeof headers === 'string' ? authorization() : headers);
    expect(response.status).toBe(status);
  });

  test('a second one in the same folder is refused', async () => {
    const second = await startBakery(['up', '--packer', 'stand-in'], { temporary: folder, cwd: folder })
      .ended;
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${bakery.pid}`);
  }, 30_000);

  test('Ctrl-C ends it and leaves nothing behind', async () => {
    bakery.child.kill('SIGINT');
    expect((await bakery.ended).code).toBe(130);
    expect(left(folder)).toEqual([]);
  }, 30_000);
});
