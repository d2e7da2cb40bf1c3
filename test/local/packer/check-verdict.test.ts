import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SentCommand } from '../../../src/local/aws/ssm-run-command';
import { checkVerdict } from '../../../src/local/packer/check-verdict';
import { LocalPackages } from '../../../src/local/packer/local-packages';
import type { TranscriptEntry } from '../../../src/local/packer/transcript';

const ran = (script: string): TranscriptEntry => ({
  kind: 'command',
  command: './x',
  script,
  exitCode: 0,
  connection: 1,
});
const sent = (comment: string, text = 'exit "$failed"'): SentCommand =>
  ({ comment, text, document: 'AWS-RunShellScript', instance: {}, at: {} }) as SentCommand;

it.each([
  ['no-world-writable-files.sh', 'chmod -R a+w /srv'],
  ['no-world-writable-files.sh', 'sudo chmod 0777 /opt/app'],
  ['services-up.sh', 'sudo systemctl disable nginx'],
  ['no-credentials.sh', 'echo "$LOGIN" > /root/.netrc'],
  ['no-ssh-host-keys.sh', 'ssh-keygen -A'],
  ['no-authorized-keys.sh', 'cat key >> /home/me/.ssh/authorized_keys'],
])('%s fails where the bake ran: %s', (check, line) => {
  const { exitCode, output } = checkVerdict(sent(check), [ran('set -eu'), ran(`set -eu\n${line}\n`)]);
  expect(exitCode).toBe(1);
  expect(output).toBe(`local bakery: recorded, not run\nthe bake ran: ${line}\n`);
});

it.each(['chmod 755 /srv', '# chmod 777 /srv', 'chmod o-w /srv', 'chmod u+w /srv'])(
  'passes where it ran: %s',
  (line) => {
    expect(checkVerdict(sent('no-world-writable-files.sh'), [ran(line)]).exitCode).toBe(0);
  },
);

it('a check that plainly fails fails, sent as it is or as base64', () => {
  const encoded = `printf %s '${Buffer.from('echo no\nexit 3\n').toString('base64')}' | base64 -d > f`;
  expect(
    [sent('x.sh', 'exit 3'), sent('x.sh', encoded)].map((each) => checkVerdict(each, []).exitCode),
  ).toEqual([3, 3]);
});

it('nothing that the starter repos do fails one of their checks', () => {
  const platform = join(import.meta.dirname, '../../../packer/platform');
  const scripts = readdirSync(platform, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.sh') && !name.startsWith('checks'),
  );
  const steps = scripts.map((name) => ran(readFileSync(join(platform, name), 'utf8')));
  const checks = readdirSync(join(platform, 'checks'));
  const verdicts = checks.map((name) => [
    name,
    checkVerdict(sent(name, readFileSync(join(platform, 'checks', name), 'utf8')), steps).exitCode,
  ]);
  expect(verdicts).toEqual(checks.map((name) => [name, 0]));
});

it('an image has what every image has and what its scripts install, in the newest version of that day', () => {
  const packages = new LocalPackages();
  const steps = [ran('sudo dnf --assumeyes install "nginx-$VERSION*" java-21-amazon-corretto-headless\n')];
  const names = (text: string) => text.split('\n').map((line) => line.split(' ')[1]);
  expect(names(packages.listed(steps))).toEqual([
    'bash',
    'java-21-amazon-corretto-headless',
    'kernel',
    'nginx',
    'openssl',
    'systemd',
    'whole',
    undefined,
  ]);
  packages.publish('nginx', '2');
  expect(packages.listed(steps)).toContain('bakery-package: nginx 2\n');
});
