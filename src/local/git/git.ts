import { spawn } from 'node:child_process';

/** What git said when it refused. */
export class GitError extends Error {
  override readonly name = 'GitError';
  constructor(
    readonly args: string[],
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`git ${args.join(' ')} ended with ${exitCode ?? 'a signal'}: ${stderr.trim()}`);
  }
}

/** Repositories are data from elsewhere: no hook, no helper program, no network, nothing from the user's own configuration. */
const hardened = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.symlinks=true',
  'core.autocrlf=false',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'credential.helper=',
  'protocol.allow=never',
  'protocol.file.allow=always',
].flatMap((setting) => ['-c', setting]);

/** The installed git, cut off from the user's own configuration and environment. */
export class Git {
  readonly #environment: Record<string, string>;

  /** `searchPath`: PATH to find git on. */
  constructor(searchPath: string) {
    this.#environment = {
      PATH: searchPath,
      HOME: '/nonexistent',
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
    };
  }

  /** Runs git in `folder` and answers its output as bytes. Throws GitError where it ends with another code than 0. */
  run(
    folder: string,
    args: string[],
    options: { input?: string; env?: Record<string, string> } = {},
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn('git', [...hardened, ...args], {
        cwd: folder,
        env: { ...this.#environment, ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.stdin.on('error', () => undefined);
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve(Buffer.concat(out));
        else reject(new GitError(args, code, Buffer.concat(err).toString()));
      });
      child.stdin.end(options.input ?? '');
    });
  }

  /** The same, as text without the newline at its end. */
  async text(...call: Parameters<Git['run']>): Promise<string> {
    return (await this.run(...call)).toString().replace(/\n$/, '');
  }
}
