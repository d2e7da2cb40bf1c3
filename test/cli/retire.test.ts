import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs, hourMs } from '../../src/lib/definitions/instant';
import type { RetireReport } from '../../src/lib/reconcile/retire/report';
import { AwsFailure } from '../../src/local/aws/failure';
import { accounts, MemoryBakery } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';
import { serve } from './control-server';
import { bakery } from './in-process';

let made: MemoryBakery;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
  made = new MemoryBakery();
  server = await serve(made, folder);
  const text = platformFiles()['bakery.yml']!.toString();
  const bakeryYml = text.replace(/ {2}rebake: .*\n/, '  retain: { count: 1 }\n');
  for (let version = 0; version < 3; version += 1) {
    made.push(
      accounts.platform,
      platformFiles({ 'bakery.yml': bakeryYml, 'web/main.pkr.hcl': `# ${version}` }),
    );
    await made.settle();
    await made.pass(hourMs);
  }
});

afterEach(async () => {
  await server.close();
  made.close();
  rmSync(folder, { recursive: true, force: true });
});

const platform = ['retire', '--account', 'platform'];

test('shows what would go on and what stays, and why', async () => {
  const { exitCode, out, err } = await bakery(folder, [...platform, '--dry-run', '--most', '2']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(out).toMatch(/^platform \(account 111111111111, eu-west-1\); nothing is changed$/m);
  expect(out).toMatch(/^image +bake +step +outcome +reason$/m);
  expect(out).toMatch(
    /^web\/x86_64 +b-\w+ +ready → deprecated +found +it is 0 days old, not among the newest 1 of stable, and nothing refers to it$/m,
  );
  expect(out).toMatch(/^ {2}\d channel \(\S+ b-\w+: \S+@stable points to it\)$/m);
});

test('more than goes without asking is told with how it goes, and goes when it is said', async () => {
  const { exitCode, out } = await bakery(folder, platform);
  expect(exitCode).toBe(1);
  expect(out).toContain(
    '2 of the 3 bakes of web/x86_64 would go on at once; 1 go without asking: none went.',
  );
  expect(out).toContain('If they may go: bakery retire --most 2');
  const more = await bakery(folder, [...platform, '--most', '2', '--json']);
  const { format, reports } = JSON.parse(more.out) as { format: string; reports: RetireReport[] };
  expect([more.exitCode, format]).toEqual([0, 'ami-bakery/retire/1']);
  expect(reports[0]!.steps.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  expect((await bakery(folder, platform)).out).toContain('Nothing is to be retired now.');
});

test('the setting is named where it is what says how many', async () => {
  const lines = ['If they may go: bakery retire --most 2', 'If so many are due every day: raise '];
  expect((await bakery(folder, platform)).out).not.toContain(lines[1]);
  made.settings(accounts.platform).maxRetirementsPerRun = 1;
  const { exitCode, out } = await bakery(folder, platform);
  expect(exitCode).toBe(1);
  expect(out).toContain('2 bakes would go on in one run; 1 go without asking\n');
  expect(out).toContain(
    `${lines.join('\n')}maxRetirementsPerRun in the settings of the deployment, now 1.\n`,
  );
});

test('what could not be read is named, and ends with 1', async () => {
  await bakery(folder, [...platform, '--most', '2']);
  await made.pass(8 * dayMs);
  made.aws.faults.add({
    label: 'no references',
    when: ({ operation }) => operation === 'DescribeImageReferences',
    before: () => new AwsFailure('UnauthorizedOperation', 'not authorized', 403),
  });
  const { exitCode, out } = await bakery(folder, [...platform, '--most', '2']);
  expect(exitCode).toBe(1);
  expect(out).toMatch(
    /Could not be read, so that nothing goes on:\n {2}references of ami-\w+ in eu-west-1: ec2\.DescribeImageReferences/,
  );
});

test('of one image; one that nobody baked is told', async () => {
  const { out } = await bakery(folder, ['retire', 'batch', '--dry-run']);
  expect(out).toContain('Nothing is to be retired now.');
  expect(out).not.toContain('web/x86_64');
  const none = await bakery(folder, ['retire', 'wbe']);
  expect([none.exitCode, none.err]).toEqual([2, expect.stringContaining('Nothing has been baked of wbe')]);
});

test.each(['0', '10001', 'all'])('--most %s is refused', async (most) => {
  const { exitCode, err } = await bakery(folder, [...platform, '--most', most]);
  expect(exitCode).toBe(2);
  expect(err).toContain('whole number from 1 to 10000');
});
