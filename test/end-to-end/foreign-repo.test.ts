import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TourReport } from '../../src/local/tour/report';
import { left, startBakery } from './command-line';
import { fingerprint, makeRepo } from './image-repo';

const article = readFileSync(join(import.meta.dirname, '../fixtures/templates/article/packer.json'), 'utf8');

const bakeryYml = `version: 1
images:
  site:
    base: ami:ami-01ccc867
    architectures: [x86_64]
    template: packer.json
    rebake: { cron: "0 3 * * *", timezone: UTC, publish: always }
`;

describe('the tour of an image repo of somebody else', () => {
  let folder = '';
  const made = (name: string, files: Record<string, string>) => makeRepo(join(folder, name), files);
  const tour = (...args: string[]) =>
    startBakery(['tour', '--packer', 'stand-in', ...args], { temporary: folder }).ended;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bakery-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a classic template is baked as it is, and the repo is not written to', async () => {
    const repo = made('repo', { 'bakery.yml': bakeryYml, 'packer.json': article });
    const before = fingerprint(repo);
    const { code, stdout, stderr } = await tour('--repo', repo, '--yes', '--json');
    const report = JSON.parse(stdout) as TourReport;
    expect(report.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(report.images).toMatchObject([{ image: 'site', channel: 'stable', decision: 'current' }]);
    expect(fingerprint(repo)).toBe(before);
    expect(left(folder)).toEqual(['repo']);
  }, 60_000);

  test('without a terminal and without --yes it says what it would run, and runs nothing', async () => {
    const repo = made('repo', { 'bakery.yml': bakeryYml, 'packer.json': article });
    const { code, stdout, stderr } = await tour('--repo', repo);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('packer build: packer.json (site/x86_64)');
    expect(stderr).toContain('--yes');
    expect(left(folder)).toEqual(['repo']);
  }, 60_000);

  test.each([
    ['no bakery.yml', { 'packer.json': article }, 'There is no bakery.yml'],
    ['an invalid one', { 'bakery.yml': 'version: 2\n' }, 'bakery.yml:1:'],
  ])(
    '%s is refused with the reason',
    async (_what, files: Record<string, string>, reason) => {
      const { code, stderr } = await tour('--repo', made('repo', files), '--yes');
      expect(code).toBe(2);
      expect(stderr).toContain(reason);
    },
    60_000,
  );
});
