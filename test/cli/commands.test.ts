import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/lib/reconcile/report';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { outsideAmi } from '../support/outside-ami';
import { platformFiles, shopFiles } from '../support/starter';
import { serve } from './control-server';
import { bakery } from './in-process';

const { platform } = accounts;
let made: MemoryBakery;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
  made = new MemoryBakery();
  made.push(platform, platformFiles());
  made.push(accounts.shop, shopFiles());
  server = await serve(made, folder);
  await made.settle();
  made.aws.log.step = 'then';
});
afterEach(async () => {
  await server.close();
  made.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (...args: string[]) => {
  const ran = await bakery(folder, args);
  await made.settle();
  return ran;
};

describe('pause and resume', () => {
  it('an image, shown by status and explain until it is resumed', async () => {
    const paused = await run('pause', 'base-al2023', '--why', 'the vendor mends it');
    expect(paused).toMatchObject({ exitCode: 0, err: '' });
    expect(paused.out).toMatch(
      /^accepted a pause of base-al2023\/x86_64 and of what is built on it, command \S+\.\n.*bakery resume base-al2023/,
    );
    const status = await run('status', '--account', 'platform');
    expect(status.exitCode).toBe(0);
    expect(status.out).toMatch(
      /\n\nbase-al2023\/x86_64 is paused, since 2026-11-22 12:0\d UTC \(\d+ s\) by ada@workshop: the vendor mends it\n\n/,
    );
    expect((await run('explain', 'web')).out).toMatch(
      /decision +wait: base-al2023\/x86_64 is paused by ada@workshop since .*: the vendor mends it/,
    );
    expect((await run('resume', 'base-al2023')).out).toMatch(/^accepted the end of the pause of base-al2023/);
    expect((await run('status', '--account', 'platform')).out).not.toContain('paused');
  });

  it('a bakery, which has to be named where there are several', async () => {
    const several = await run('pause', '--why', 'an incident');
    expect(several).toMatchObject({ exitCode: 2, err: expect.stringContaining('AMBIGUOUS') as string });
    const one = await run('pause', '--why', 'an incident', '--account', 'platform', '--json');
    expect(JSON.parse(one.out)).toEqual({
      format: 'ami-bakery/pause/1',
      accepted: true,
      commandId: expect.any(String) as string,
    });
    expect((await run('status')).out).toContain('The bakery is paused, since 2026-11-22');
    const { reports } = JSON.parse((await run('status', '--json')).out) as { reports: Report[] };
    expect(reports.map(({ paused }) => paused?.why)).toEqual(['an incident', undefined, undefined]);
    await run('resume', '--account', 'platform');
    expect((await run('status')).out).not.toContain('paused');
  });

  it.each([
    ['no reason', ['pause', 'web'], '--why'],
    ['no such image', ['pause', 'webb', '--why', 'x'], 'Did you mean "web"?'],
    ['no such image to resume', ['resume', 'webb'], 'NO_SUCH_IMAGE'],
  ])('%s', async (_, args, message) => {
    expect(await run(...args)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(message) as string,
    });
  });
});

describe('adopt', () => {
  const ami = () =>
    outsideAmi(made, platform, {
      source: made.parameter(platform, '/bakery/base-al2023/x86_64/stable')!,
      name: 'by hand',
    });

  it.each<[string, string[]]>([
    ['to the first channel', []],
    ['to a channel', ['stable']],
  ])('%s', async (_, channel) => {
    const amiId = await ami();
    const { exitCode, out } = await run('adopt', 'web', ...channel, amiId, '--why', 'the hotfix');
    expect(exitCode).toBe(0);
    expect(out).toMatch(new RegExp(`^accepted ${amiId} for web/x86_64, command \\S+\\.`));
    const explained = (await run('explain', 'web')).out;
    expect(explained).toContain(`decision   current: ${amiId} was adopted by ada@workshop on 2026-11-22`);
    expect(explained).toMatch(
      /published +ami-\w+ in stable, sequence \d+, adopted 2026-11-22 12:\d\d UTC \(\d+ s ago\) by ada@workshop: the hotfix/,
    );
    expect(explained).toContain('the adopted AMI counts as built on ami-');
  });

  it('waits while a bake of the image runs, and status says so', async () => {
    const amiId = await ami();
    made.push(platform, platformFiles({ 'web/main.pkr.hcl': '# 2' }));
    await made.aws.scheduler.pass(30_000);
    await bakery(folder, ['adopt', 'web', amiId, '--why', 'the hotfix']);
    await made.aws.scheduler.pass(5_000);
    const { out } = await bakery(folder, ['status', '--account', 'platform']);
    expect(out).toMatch(
      new RegExp(
        `Asked for, and not carried out yet:\n  adopt web ${amiId}, by ada@workshop \\d+ s ago: the hotfix`,
      ),
    );
  });

  it('answers with --json what was asked', async () => {
    const amiId = await ami();
    const { out } = await run('adopt', 'web', 'stable', amiId, '--why', 'x', '--json');
    expect(JSON.parse(out)).toEqual({
      format: 'ami-bakery/adopt/1',
      image: 'web',
      channel: 'stable',
      amiId,
      images: ['web/x86_64'],
      accepted: true,
      commandId: expect.any(String) as string,
    });
  });

  it('ends with 1 where it is no id of an AMI', async () => {
    const refused = await run('adopt', 'web', 'stable', 'latest', '--why', 'x');
    expect(refused).toMatchObject({ exitCode: 1, out: expect.stringMatching(/^refused .*amiId/) as string });
  });
});
