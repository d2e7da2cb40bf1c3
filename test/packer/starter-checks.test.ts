import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeRootFileSystem, whyNoRootFileSystem } from './root-file-system';
import type { RootFileSystem } from './root-file-system';

const folder = join(import.meta.dirname, '../../packer/platform/checks');
const names = readdirSync(folder).sort();

const missing = whyNoRootFileSystem();
const inRoot = missing === undefined ? describe : describe.skip;

/** `booted` is how a candidate is tested, `sealed` the last step of a bake. */
type State = 'booted' | 'sealed';
interface Case {
  check: string;
  state?: State;
  what: string;
  plant: string;
  /** 0 passes, 1 fails, 77 does not apply. */
  code: number;
  says: RegExp;
  environment?: Record<string, string>;
}

const write = (path: string, text: string): string =>
  `mkdir -p "$ROOT$(dirname ${path})"; printf '%s\\n' '${text}' > "$ROOT${path}"`;
const old = (path: string): string => `touch --date='2020-01-01' "$ROOT${path}"`;
const program = (path: string, text: string): string => `${write(path, text)}; chmod 755 "$ROOT${path}"`;

/** systemctl as a booted system has it; a chroot has none that answers. */
const systemctl = (answers: { state: string; failed?: string; dead?: string; disabled?: string }): string =>
  program(
    '/usr/bin/systemctl',
    `#!/bin/sh
for unit; do :; done
case "$1" in
  is-system-running) echo ${answers.state} ;;
  list-units) [ -z "${answers.failed ?? ''}" ] || echo "${answers.failed ?? ''} loaded failed failed A unit" ;;
  show) echo exit-code ;;
  is-active) [ "$unit" != "${answers.dead ?? ''}" ] || { [ "$2" = --quiet ] || echo inactive; exit 3; } ;;
  is-enabled) [ "$unit" != "${answers.disabled ?? ''}" ] || exit 1 ;;
esac`,
  );

/** An installed package, and a repository that offers it in a version. */
const repository = (version: number): string => `
mkdir -p $ROOT/repo/tool/DEBIAN
for version in 1 ${version}; do
  printf 'Package: tool\\nVersion: %s\\nArchitecture: all\\nMaintainer: A <a@example.com>\\nDescription: A tool\\n' $version > $ROOT/repo/tool/DEBIAN/control
  chroot $ROOT dpkg-deb --build /repo/tool /repo/tool_$version.deb > /dev/null
done
chroot $ROOT dpkg --install /repo/tool_1.deb > /dev/null 2>&1
( cat $ROOT/repo/tool/DEBIAN/control
  echo "Filename: tool_${version}.deb"
  echo "Size: $(stat -c %s $ROOT/repo/tool_${version}.deb)"
  echo "SHA256: $(sha256sum < $ROOT/repo/tool_${version}.deb | cut -d' ' -f1)" ) > $ROOT/repo/Packages
echo 'deb [trusted=yes] file:/repo ./' > $ROOT/etc/apt/sources.list`;

const dnf = (code: number, prints: string): string => `
rm $ROOT/usr/bin/apt-get
${write('/etc/os-release', 'ID="amzn"\nVERSION_ID="2023"')}
${program('/usr/bin/dnf', `#!/bin/sh\ncase "$*" in *--releasever=latest*check-update) printf "${prints}"; exit ${code} ;; esac`)}`;

const clean: [string, State, string?][] = [
  ['no-authorized-keys.sh', 'booted'],
  ['no-authorized-keys.sh', 'sealed'],
  ['no-credentials.sh', 'booted'],
  ['no-credentials.sh', 'sealed'],
  ['no-machine-id.sh', 'booted', write('/etc/machine-id', '0123456789abcdef0123456789abcdef')],
  ['no-machine-id.sh', 'sealed', write('/etc/machine-id', 'uninitialized')],
  ['no-pending-updates.sh', 'booted', repository(1)],
  ['no-pending-updates.sh', 'booted', dnf(0, '')],
  ['no-ssh-host-keys.sh', 'booted', write('/etc/ssh/ssh_host_ed25519_key', 'x')],
  ['no-ssh-host-keys.sh', 'sealed'],
  ['no-world-writable-files.sh', 'booted'],
  [
    'services-up.sh',
    'booted',
    `${systemctl({ state: 'running' })}; ${write('/etc/image-services', 'chronyd')}`,
  ],
];

const privateKey = '-----BEGIN RSA PRIVATE KEY-----\nMII=\n-----END RSA PRIVATE KEY-----';
const accessKey = `AKIA${'ABCDEFGHIJKLMNOP'}`;

/** Each defect, planted alone in a clean system. */
const defects: Case[] = [
  ...(['booted', 'sealed'] as const).flatMap((state): Case[] =>
    (
      [
        ['no-ssh-host-keys.sh', 'a host key', '/etc/ssh/ssh_host_ed25519_key', 'x'],
        ['no-machine-id.sh', 'a machine-id', '/etc/machine-id', '0123456789abcdef0123456789abcdef'],
        ['no-machine-id.sh', "D-Bus's", '/var/lib/dbus/machine-id', '0123456789abcdef0123456789abcdef'],
        ['no-authorized-keys.sh', "root's", '/root/.ssh/authorized_keys', 'ssh-ed25519 AAAA me'],
        ['no-authorized-keys.sh', 'for new people', '/etc/skel/.ssh/authorized_keys', 'ssh-ed25519 AAAA me'],
        ['no-credentials.sh', 'AWS keys', '/root/.aws/credentials', 'aws_secret_access_key = x'],
        ['no-credentials.sh', 'an access key in a script', '/opt/run.sh', `key=${accessKey}`],
        ['no-credentials.sh', 'a private key', '/etc/app/tls.pem', privateKey],
        ['no-credentials.sh', 'a .netrc', '/root/.netrc', 'machine x login y password z'],
        ['no-credentials.sh', 'a shell history', '/root/.bash_history', 'ls'],
        [
          'no-credentials.sh',
          'a login of Docker',
          '/root/.docker/config.json',
          '{"auths":{"x":{"auth":"eA=="}}}',
        ],
        ['no-credentials.sh', 'old user data', '/var/lib/cloud/instances/i-0a/user-data.txt', 'x'],
      ] as const
    ).map(([check, what, path, text]) => ({
      check,
      state,
      what,
      plant: `${write(path, text)}; ${old(path)}; ${path.includes('/i-0a/') ? old('/var/lib/cloud/instances/i-0a') : ':'}`,
      code: 1,
      says: new RegExp(path.includes('/i-0a/') ? 'instances/i-0a' : path.replaceAll('.', '\\.')),
    })),
  ),
  {
    check: 'no-authorized-keys.sh',
    what: 'in the home of a user',
    plant: `chroot $ROOT useradd --create-home eve; ${write('/home/eve/.ssh/authorized_keys', '# me\nssh-rsa A')}; ${old('/home/eve/.ssh/authorized_keys')}`,
    code: 1,
    says: /^\/home\/eve\/\.ssh\/authorized_keys holds 1 keys$/m,
  },
  {
    check: 'no-pending-updates.sh',
    what: 'a newer package in an apt repository',
    plant: repository(2),
    code: 1,
    says: /^tool 2$/m,
  },
  {
    check: 'no-pending-updates.sh',
    what: 'an apt repository that does not answer',
    plant: `echo 'deb [trusted=yes] http://127.0.0.1:9/ ./' > $ROOT/etc/apt/sources.list; echo 'Acquire::Retries "0";' > $ROOT/etc/apt/apt.conf.d/retries`,
    code: 1,
    says: /cannot ask the repositories/,
  },
  {
    check: 'no-pending-updates.sh',
    what: 'a newer package of Amazon Linux',
    plant: dnf(100, '\\nopenssl.x86_64   1:3.2.2-2.amzn2023   amazonlinux\\n'),
    code: 1,
    says: /^openssl\.x86_64 +1:3\.2\.2-2\.amzn2023/m,
  },
  {
    check: 'no-pending-updates.sh',
    what: 'repositories that dnf cannot reach',
    plant: dnf(1, 'Error: Failed to download metadata\\n'),
    code: 1,
    says: /dnf cannot ask the repositories:\nError: Failed/,
  },
  {
    check: 'no-pending-updates.sh',
    what: 'no manager of packages that it knows',
    plant: 'rm $ROOT/usr/bin/apt-get',
    code: 77,
    says: /neither dnf nor yum nor apt/,
  },
  {
    check: 'no-world-writable-files.sh',
    what: 'a file',
    plant: 'touch $ROOT/opt/open; chmod 666 $ROOT/opt/open',
    code: 1,
    says: /^\/opt\/open$/m,
  },
  {
    check: 'no-world-writable-files.sh',
    what: 'a folder without the sticky bit',
    plant: 'mkdir $ROOT/srv/drop; chmod 777 $ROOT/srv/drop',
    code: 1,
    says: /^\/srv\/drop$/m,
  },
  {
    check: 'services-up.sh',
    what: 'a unit that failed',
    plant: systemctl({ state: 'degraded', failed: 'nginx.service' }),
    code: 1,
    says: /^nginx\.service has failed \(exit-code\)$/m,
  },
  {
    check: 'services-up.sh',
    what: 'a boot that does not end',
    plant: systemctl({ state: 'starting' }),
    code: 1,
    says: /not over: starting/,
  },
  {
    check: 'services-up.sh',
    what: 'a service that does not run',
    plant: `${systemctl({ state: 'running', dead: 'nginx' })}; ${write('/etc/image-services', 'nginx # the shop')}`,
    code: 1,
    says: /^nginx is inactive, and \/etc\/image-services names it$/m,
  },
  {
    check: 'services-up.sh',
    what: 'a service that is not enabled',
    plant: `${systemctl({ state: 'running', disabled: 'nginx' })}; ${write('/etc/image-services', 'nginx')}`,
    code: 1,
    says: /^nginx would not come back after a reboot/m,
  },
  { check: 'services-up.sh', what: 'no systemd', plant: ':', code: 77, says: /no systemd/ },
];

inRoot(
  `the checks of the starter repos, in a root file system of their own${missing ? `: ${missing}` : ''}`,
  () => {
    let root: RootFileSystem;
    let metadata: Server;
    /** What the metadata service answers to who has no token. */
    let status = 401;

    beforeAll(async () => {
      root = await makeRootFileSystem(['curl']);
      metadata = createServer((_request, response) => response.writeHead(status).end());
      await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
    }, 240_000);
    afterAll(() => {
      metadata?.close();
      root?.remove();
    });

    const run = (check: string, state: State, plant: string, environment: Record<string, string> = {}) => {
      const script = readFileSync(join(folder, check), 'utf8');
      return root.run({ script, plant, environment: { IMAGE_STATE: state, ...environment } });
    };

    it.each(clean)('%s passes on a clean system (%s)', async (check, state, plant = '') => {
      expect(await run(check, state, plant)).toMatchObject({ code: 0, said: expect.stringMatching(/./) });
    });

    it.each(defects.map((each) => ({ state: 'booted' as const, ...each })))(
      '$check, $state: $what',
      async ({ check, state, plant, code, says }) => {
        const { code: ended, said } = await run(check, state, plant);
        expect(said).toMatch(says);
        expect(ended).toBe(code);
      },
    );

    it('no credential that is found is printed', async () => {
      const plant = `${write('/opt/run.sh', `key=${accessKey}`)}; ${write('/root/.netrc', 'machine x password hunter2')}`;
      const { said } = await run('no-credentials.sh', 'sealed', plant);
      expect(said).toMatch(/run\.sh[^]*netrc|netrc[^]*run\.sh/);
      expect(said).not.toMatch(new RegExp(`${accessKey}|hunter2`));
    });

    it('what the first boot itself made counts for the image when it is sealed, not when it runs', async () => {
      const plant = write('/root/.ssh/authorized_keys', 'ssh-ed25519 AAAA me');
      expect((await run('no-authorized-keys.sh', 'booted', plant)).code).toBe(0);
      expect((await run('no-authorized-keys.sh', 'sealed', plant)).code).toBe(1);
    });

    it("AWS's example keys are no credentials", async () => {
      const plant = write('/opt/README', 'for example AKIAIOSFODNN7EXAMPLE');
      expect((await run('no-credentials.sh', 'sealed', plant)).code).toBe(0);
    });

    it.each([
      ['passes where a token is asked for', 401, 'v2.0', 0, /answers 401/],
      ['passes where there is no metadata service at all', 404, 'v2.0', 0, /is off/],
      ['fails where IMDSv1 answers', 200, 'v2.0', 1, /IMDSv1 is on/],
      [
        'fails where the image does not ask for it, however it was launched',
        401,
        '',
        1,
        /imds_support = "v2\.0"/,
      ],
    ])('imdsv2-only.sh %s', async (_what, answers, support, code, says) => {
      status = answers;
      const { port } = metadata.address() as AddressInfo;
      const endpoint = `http://127.0.0.1:${port}`;
      const ended = await run('imdsv2-only.sh', 'booted', '', {
        AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
        IMAGE_IMDS_SUPPORT: support,
      });
      expect(ended).toEqual({ code, said: expect.stringMatching(says) });
    });

    it('imdsv2-only.sh fails where nothing answers: nothing is known then', async () => {
      const environment = {
        AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9',
        IMAGE_IMDS_SUPPORT: 'v2.0',
      };
      expect((await run('imdsv2-only.sh', 'booted', '', environment)).code).toBe(1);
    });
  },
);

it('every check has a case in which it passes and one in which it fails', () => {
  const passing = new Set(clean.map(([check]) => check));
  const failing = new Set(defects.filter(({ code }) => code === 1).map(({ check }) => check));
  expect([...passing, 'imdsv2-only.sh'].sort()).toEqual(names);
  expect([...failing, 'imdsv2-only.sh'].sort()).toEqual(names);
});

it('both starter repos have the same checks', () => {
  const other = join(import.meta.dirname, '../../packer/app/checks');
  expect(readdirSync(other).sort()).toEqual(names);
  for (const name of names) {
    expect(readFileSync(join(other, name), 'utf8')).toBe(readFileSync(join(folder, name), 'utf8'));
  }
});
