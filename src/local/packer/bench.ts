import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Call } from './front/call';
import { AwsFront } from './front/front';
import { listsPackages, LocalPackages } from './local-packages';
import { scriptVerdict } from './script-verdict';
import { buildShim } from './shim-bundle';
import type { ShimSettings } from './shim/settings';
import { makeSshKey, SshServer } from './ssh/ssh-server';
import { Machine, type TranscriptEntry } from './transcript';

export interface PackerBenchOptions {
  /** LocalServices.call of the local AWS; it needs `EC2`, and `STS` for programs that ask who they are. */
  call: Call;
  /** Path of a real Packer (findPacker); without one the stand-in plays it. */
  realPacker?: string | undefined;
  /** Where its own folder is made, and removed when it stops; default: the system's folder for such. */
  temporaryFolder?: string | undefined;
}

export interface BuildEnvironmentRequest {
  account: string;
  region: string;
  /** Names the build's files and its SSH server; any text without a slash. */
  bakeId: string;
  /** The folder the build runs in: what templates may refer to. */
  workDir: string;
  /** Instances that nobody can log in to, to see a build time out. */
  sshUnreachable?: boolean;
}

export interface BuildEnvironment {
  /** Goes before PATH: the folder with the `packer` of the local bakery. */
  pathPrefix: string;
  /** All that a build needs beside PATH and HOME. Take nothing over from the parent's environment. */
  env: Record<string, string>;
  /** What was uploaded to and run on the build's instances so far. */
  transcript(): readonly TranscriptEntry[];
  close(): Promise<void>;
}

/** The stand-in speaks like this Packer. */
const standInVersion = '1.6.6';

/** Bakes whose provisioning is kept for their tests. */
const rememberedBakes = 200;

/** Where Packer finds AWS, instances and itself in the local bakery. */
export class PackerBench {
  /** What instances install from. */
  readonly packages = new LocalPackages();
  readonly #front: AwsFront;
  readonly #machines = new Map<string, Machine>();
  readonly #recorded = new Map<string, readonly TranscriptEntry[]>();
  readonly #open = new Set<BuildEnvironment>();
  #folder = '';
  #packer: { kind: 'real' | 'stand-in'; version: string } = { kind: 'stand-in', version: standInVersion };
  #builds = 0;

  constructor(private readonly options: PackerBenchOptions) {
    this.#front = new AwsFront(options.call, (path, body) => this.#provision(path, body));
  }

  /** Which Packer builds get; known after `start`. */
  /** What was done to the instances of a bake that has ended, oldest first; empty for one that is not remembered. */
  recorded(bakeId: string): readonly TranscriptEntry[] {
    return this.#recorded.get(bakeId) ?? [];
  }

  get packer(): { kind: 'real' | 'stand-in'; version: string } {
    return this.#packer;
  }

  /** `http://127.0.0.1:PORT` of the AWS front. */
  get endpoint(): string {
    return this.#front.endpoint;
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(this.options.temporaryFolder ?? tmpdir(), 'bakery-packer-'));
    const { realPacker } = this.options;
    await Promise.all([
      this.#front.start(),
      buildShim(join(this.#folder, 'bin')),
      realPacker === undefined ? undefined : this.#askVersion(realPacker),
    ]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open].map((build) => build.close()));
    await this.#front.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async environmentFor(request: BuildEnvironmentRequest): Promise<BuildEnvironment> {
    const { account, region, bakeId, workDir } = request;
    const token = `${++this.#builds}-${bakeId}`;
    const folder = join(this.#folder, token);
    const key = makeSshKey();
    const machine = new Machine(scriptVerdict, (script, done) =>
      listsPackages(script) ? this.packages.listed(done) : '',
    );
    const server = new SshServer(machine, key);
    await Promise.all([mkdir(join(folder, 'config'), { recursive: true }), server.start()]);
    const { port } = server;
    if (request.sshUnreachable === true) await server.stop();
    const settings: ShimSettings = {
      realPacker: this.options.realPacker,
      version: this.#packer.version,
      endpoint: this.endpoint,
      ssh: { host: '127.0.0.1', port, keyFile: join(folder, 'key') },
      account,
      region,
      token,
      workDir,
      temporaryDir: folder,
    };
    await writeFile(settings.ssh.keyFile, key, { mode: 0o600 });
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    this.#machines.set(token, machine);
    const build: BuildEnvironment = {
      pathPrefix: join(this.#folder, 'bin'),
      env: environment(settings, folder),
      transcript: () => machine.entries,
      close: async () => {
        if (!this.#open.delete(build)) return;
        this.#machines.delete(token);
        this.#remember(bakeId, machine.entries);
        if (request.sshUnreachable !== true) await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
    this.#open.add(build);
    return build;
  }

  /** A test of the same bake does nothing by SSH, and must not overwrite what the bake did. */
  #remember(bakeId: string, entries: readonly TranscriptEntry[]): void {
    if (entries.length === 0) return;
    this.#recorded.set(bakeId, entries);
    const [oldest] = this.#recorded.keys();
    if (this.#recorded.size > rememberedBakes && oldest !== undefined) this.#recorded.delete(oldest);
  }

  async #askVersion(path: string): Promise<void> {
    const { stdout } = await promisify(execFile)(path, ['version'], {
      env: { CHECKPOINT_DISABLE: '1', HOME: this.#folder },
    });
    const version = /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    if (version === undefined)
      throw new Error(`"${path} version" says "${stdout.trim()}": no version of Packer`);
    this.#packer = { kind: 'real', version };
  }

  /** What the stand-in does instead of SSH. */
  #provision(path: string, body: unknown): unknown {
    const machine = this.#machines.get(decodeURIComponent(path.slice('/bakery/provision/'.length)));
    if (machine === undefined) return undefined;
    const step = body as { upload?: { path: string; text: string }; command?: string };
    if (step.upload !== undefined) machine.upload(step.upload.path, Buffer.from(step.upload.text), 0);
    return step.command === undefined ? { exitCode: 0, output: '' } : machine.execute(step.command, 0);
  }
}

function environment(
  { account, region, endpoint, realPacker }: ShimSettings,
  folder: string,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: `LOCAL${account}`,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    BAKERY_PACKER: join(folder, 'settings.json'),
    ...(realPacker === undefined ? {} : { BAKERY_REAL_PACKER: realPacker }),
    CHECKPOINT_DISABLE: '1',
    PACKER_CONFIG: join(folder, 'config', 'none.json'),
    PACKER_CONFIG_DIR: join(folder, 'config'),
    PACKER_CACHE_DIR: join(folder, 'cache'),
    PACKER_NO_COLOR: '1',
    TMPDIR: folder,
  };
}

export function createPackerBench(options: PackerBenchOptions): PackerBench {
  return new PackerBench(options);
}

/** The first `packer` of a search path that is HashiCorp's: on some systems `packer` is cracklib's. */
export async function findPacker(searchPath: string | undefined): Promise<string | undefined> {
  for (const folder of (searchPath ?? '').split(delimiter).filter((each) => each !== '')) {
    const path = join(folder, 'packer');
    try {
      const { stdout } = await promisify(execFile)(path, ['version'], {
        env: { CHECKPOINT_DISABLE: '1', PATH: '' },
        timeout: 10_000,
      });
      if (/^Packer v\d/m.test(stdout)) return path;
    } catch {
      // Not there, or something else of that name: the next folder may have it.
    }
  }
  return undefined;
}
