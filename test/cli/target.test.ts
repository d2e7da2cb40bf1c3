import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/lib/reconcile/report';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';
import { serve } from './control-server';
import { bakery } from './in-process';

let made: MemoryBakery;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;
let failing: string | undefined;

beforeEach(async () => {
  failing = undefined;
  folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
  made = new MemoryBakery({
    outcome: (run) =>
      run.environment['BAKERY_IMAGE'] === failing
        ? {
            status: 'FAILED',
            durationMs: 1_000,
            exported: async () =>
              Promise.resolve({ FAILURE_CLASS: 'script', FAILURE_LINES: 'nginx: not found\nexit 127' }),
          }
        : undefined,
  });
  made.push(accounts.platform, platformFiles());
  made.push(accounts.shop, shopFiles());
  server = await serve(made, folder);
});

afterEach(async () => {
  await server.close();
  made.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('status', () => {
  it('shows every image and mirror of every account, from any folder below', async () => {
    await made.settle();
    await made.tick(accounts.platform);
    const below = join(folder, 'a/b');
    mkdirSync(below, { recursive: true });
    const { exitCode, out, err } = await bakery(below, ['status']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const account of Object.values(accounts)) expect(out).toContain(`(account ${account}, eu-west-1)`);
    expect(out).toMatch(/^image +channel +AMI +age +decision +reason$/m);
    expect(out).toMatch(/^web\/x86_64 +stable +ami-[0-9a-f]{17} +\d+ (s|min) +current +ami-/m);
    expect(out).toMatch(/^shop\/x86_64 +stable +ami-[0-9a-f]{17} /m);
    expect(out).toMatch(/^platform\/base-al2023\/x86_64@stable +\/bakery\/.* +ami-[0-9a-f]{17} +current /m);
  });

  it('answers the reports as they are with --json, of one account if asked', async () => {
    await made.settle();
    const { out } = await bakery(folder, ['status', '--account', 'platform', '--json']);
    const { format, reports } = JSON.parse(out) as { format: string; reports: Report[] };
    expect(format).toBe('ami-bakery/status/1');
    expect(reports).toEqual([JSON.parse(JSON.stringify(await made.report(accounts.platform)))]);
  });

  it('tells of a refused bakery.yml below the table, and ends with 1', async () => {
    await made.settle();
    const good = made.push(accounts.platform, platformFiles({ 'other.txt': 'x' }));
    await made.settle();
    const bad = made.push(
      accounts.platform,
      platformFiles({ 'bakery.yml': 'version: 1\nimages: { web: { base: nonsense, template: web/ } }\n' }),
    );
    await made.settle();
    const { exitCode, out } = await bakery(folder, ['status', '--account', accounts.platform]);
    expect(exitCode).toBe(1);
    expect(out).toContain(
      `bakery.yml of commit ${bad.slice(0, 8)} was refused; ${good.slice(0, 8)} stays in force:\n  bakery.yml:2:24 error BAD_BASE`,
    );
  });

  it('changes nothing', async () => {
    await made.settle();
    made.push(accounts.platform, platformFiles({ 'web/main.pkr.hcl': '# new' }));
    made.aws.log.step = 'asked';
    await bakery(folder, ['status']);
    const written = made.aws.log.records.filter(
      ({ step, operation }) =>
        step === 'asked' && /^(Put|Transact|Start|Publish|Send|Create)/.test(operation),
    );
    expect(written).toEqual([]);
  });
});

describe('explain', () => {
  it('tells the whole story of an image', async () => {
    await made.settle();
    const { exitCode, out } = await bakery(folder, ['explain', 'web']);
    expect(exitCode).toBe(0);
    const { images } = await made.report(accounts.platform);
    const [base, web] = ['base-al2023/x86_64', 'web/x86_64'].map((key) =>
      images.find(({ image }) => image === key)!,
    );
    expect(out).toContain('web/x86_64 of platform (account 111111111111, eu-west-1)');
    expect(out).toMatch(/^ {2}decision +current: ami-/m);
    expect(out).toContain(`${web!.amiId} in stable, sequence ${web!.sequence}, baked 2026-11-22 12:0`);
    expect(out).toContain(
      `image:base-al2023/x86_64@stable; the published AMI was built on ${base!.amiId}; base-al2023/x86_64 is now ${base!.amiId}`,
    );
    expect(out).toMatch(/^ {2}inputs +web at commit [0-9a-f]{8}$/m);
  });

  it('shows the failure with its lines, and ends with 1 where it is blocked', async () => {
    failing = 'web/x86_64';
    await made.settle();
    const { exitCode, out } = await bakery(folder, ['explain', 'web/x86_64']);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/decision +blocked: bake b-\w+ failed \(script\)/);
    expect(out).toMatch(/failed +bake b-\w+ at 2026-11-22 12:\d\d UTC \(script, attempt 1\): /);
    expect(out).toMatch(/\| nginx: not found\n +\| exit 127$/);
  });

  it('follows what it waits for up the chain', async () => {
    await made.settle();
    made.push(
      accounts.platform,
      platformFiles({ 'base/main.pkr.hcl': '# new', 'web/main.pkr.hcl': '# new' }),
    );
    // Before the push is heard of: a plan is made of what is in force.
    await made.aws.scheduler.pass(30_000);
    const { out } = await bakery(folder, ['explain', 'web', '--json']);
    const { images } = JSON.parse(out) as {
      images: { chain: string[]; decision: string; inputs: string[] }[];
    };
    expect(images).toMatchObject([
      { decision: 'wait', waitsFor: 'base-al2023/x86_64', chain: ['base-al2023/x86_64'], inputs: ['web'] },
    ]);
    expect((await bakery(folder, ['explain', 'web'])).out).toMatch(
      /waits for +base-al2023\/x86_64, wait: bake b-\w+ is building/,
    );
  });

  it('knows what was probably meant', async () => {
    await made.settle();
    const { exitCode, err } = await bakery(folder, ['explain', 'webb']);
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'error NO_SUCH_IMAGE No image is called "webb".\nDid you mean "web"?',
    });
  });
});

describe('bake', () => {
  it('asks the bakery that has the image, in the name of whoever calls, and it is baked', async () => {
    await made.settle();
    made.aws.log.step = 'asked';
    const { exitCode, out } = await bakery(folder, ['bake', 'shop', '--why', 'a new key']);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^accepted shop\/x86_64, command \S+\.$/m);
    expect(made.logs.lines.find(({ message }) => message === 'command')).toMatchObject({
      account: accounts.shop,
      image: 'shop',
      by: 'ada@workshop',
      why: 'a new key',
    });
    await made.settle();
    expect(made.builds('asked')).toEqual(['shop/x86_64']);
  });

  it('answers the command with --json', async () => {
    await made.settle();
    const { out } = await bakery(folder, ['bake', 'web', '--why', 'x', '--by', 'Eve', '--json']);
    expect(JSON.parse(out)).toEqual({
      format: 'ami-bakery/bake/1',
      image: 'web',
      images: ['web/x86_64'],
      accepted: true,
      commandId: expect.any(String) as string,
    });
  });

  it('ends with 1 where the command is refused, with 2 where no image is called so', async () => {
    await made.settle();
    const refused = await bakery(folder, ['bake', 'web', '--why', 'x'.repeat(501)]);
    expect(refused).toMatchObject({ exitCode: 1, out: expect.stringMatching(/^refused .*why/) as string });
    const unknown = await bakery(folder, ['bake', 'nothing-like-it', '--why', 'x']);
    expect(unknown).toMatchObject({ exitCode: 2, err: expect.stringContaining('NO_SUCH_IMAGE') as string });
  });

  it('wants a reason', async () => {
    const { exitCode, err } = await bakery(folder, ['bake', 'web']);
    expect({ exitCode, err }).toMatchObject({ exitCode: 2, err: expect.stringContaining('--why') as string });
  });
});

describe('where nothing answers, it ends with 2 and says what to do', () => {
  it.each<[string, () => unknown, string]>([
    ['no state file', () => rmSync(join(folder, '.bakery'), { recursive: true }), 'NOTHING_RUNNING'],
    ['a bakery that has ended', () => server.write({ url: 'http://127.0.0.1:9' }), 'NOTHING_RUNNING'],
    ['a token of an earlier run', () => server.write({ token: 'old' }), 'REFUSED'],
    [
      'an address that is not this machine',
      () => server.write({ url: 'http://example.com' }),
      'BAD_STATE_FILE',
    ],
    [
      'a state file of something else',
      () => writeFileSync(join(folder, '.bakery/local.json'), '{'),
      'BAD_STATE_FILE',
    ],
  ])('%s', async (_, change, code) => {
    change();
    const { exitCode, err, out } = await bakery(folder, ['status']);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(`error ${code} `);
    expect(err.toLowerCase()).toMatch(/start one|start it/);
  });

  it('knows the accounts', async () => {
    const { exitCode, err } = await bakery(folder, ['status', '--account', 'shopp']);
    expect(exitCode).toBe(2);
    expect(err).toContain(
      'platform (111111111111), shop (222222222222), consumer (333333333333). Did you mean "shop"?',
    );
  });
});
