import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourMs } from '../../src/lib/definitions/instant';
import type { JanitorReport } from '../../src/lib/reconcile/janitor/report';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { serve } from './control-server';
import { bakery } from './in-process';

let made: MemoryBakery;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
  made = new MemoryBakery({
    outcome: (run) => {
      if (run.environment['BAKERY_IMAGE'] !== 'web/x86_64') return undefined;
      const { tags } = JSON.parse(run.environment['BAKERY_CONTRACT']!) as { tags: Record<string, string> };
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      for (const GroupName of ['packer_1', 'packer_2']) {
        const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags }];
        const at = { account: accounts.platform, region, caller: 'packer' };
        made.aws.ec2.CreateSecurityGroup({ GroupName, Description: 'packer', TagSpecifications }, at);
      }
      return { status: 'FAILED', durationMs: 1_000 };
    },
  });
  made.push(accounts.platform, platformFiles());
  server = await serve(made, folder);
  await made.settle();
});

afterEach(async () => {
  await server.close();
  made.close();
  rmSync(folder, { recursive: true, force: true });
});

const platform = ['janitor', '--account', 'platform'];

test('shows what would be removed and why, and ends with 1 while there is something', async () => {
  await made.pass(hourMs);
  const { exitCode, out, err } = await bakery(folder, [...platform, '--dry-run']);
  expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
  expect(out).toMatch(/^platform \(account 111111111111, eu-west-1\); nothing is removed$/m);
  expect(out).toMatch(/^leftover +region +id +outcome +reason$/m);
  expect(out).toMatch(
    /^security-group +eu-west-1 +sg-\w+ +found +bake b-\w+ of web\/x86_64 ended \d+ min ago: failed$/m,
  );
  expect(out).toMatch(/^ {2}\d+ pointed-to \(ami-\w+: a channel or a parameter points to it\)$/m);
});

test('removes it, and then there is nothing left', async () => {
  await made.pass(hourMs);
  const { exitCode, out } = await bakery(folder, platform);
  expect(exitCode).toBe(0);
  expect(out.match(/^security-group .* removed /gm)).toHaveLength(2);
  const again = await bakery(folder, [...platform, '--json']);
  const { format, reports } = JSON.parse(again.out) as { format: string; reports: JanitorReport[] };
  expect(format).toBe('ami-bakery/janitor/1');
  expect(reports).toMatchObject([{ bakery: 'platform', leftovers: [], unread: [], dryRun: false }]);
  expect((await bakery(folder, ['janitor'])).out).toContain('Nothing is left over.');
});

test('more than may go in one run stays, and it says how they go', async () => {
  await made.pass(hourMs);
  const { exitCode, out } = await bakery(folder, [...platform, '--most', '1']);
  expect(exitCode).toBe(1);
  expect(out).toContain('nothing was removed. If they may go: bakery janitor --most 2');
  const more = await bakery(folder, [...platform, '--most', '2']);
  expect(more.exitCode).toBe(0);
});

test.each(['0', '1001', 'all', '1.5'])('--most %s is refused', async (most) => {
  const { exitCode, err } = await bakery(folder, [...platform, '--most', most]);
  expect(exitCode).toBe(2);
  expect(err).toContain('whole number from 1 to 1000');
});
