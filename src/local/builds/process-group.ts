import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** Output may trail behind the end of a process this long, held open by what it left running. */
const trailingOutputMs = 200;

/** Every process of a build: each is started as the leader of a group of its own, and groups are killed whole. */
export class ProcessGroups {
  readonly #leaders = new Set<ChildProcess>();
  #killed = false;

  get killed(): boolean {
    return this.#killed;
  }

  /** Runs to its end and answers the exit code; a signal counts as 128 + 9. */
  run(
    command: [string, ...string[]],
    options: { cwd: string; env: Record<string, string>; onOutput: (chunk: Buffer) => void },
  ): Promise<number> {
    if (this.#killed) return Promise.resolve(137);
    return new Promise((resolve, reject) => {
      const [file, ...args] = command;
      const { cwd, env } = options;
      const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      this.#leaders.add(child);
      child.stdout.on('data', options.onOutput);
      child.stderr.on('data', options.onOutput);
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 137));
      child.once('exit', (code) => {
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
          resolve(code ?? 137);
        }, trailingOutputMs).unref();
      });
    });
  }

  /** SIGKILL, which nobody can catch; also ends what earlier commands left in the background. */
  killAll(): void {
    this.#killed = true;
    for (const { pid } of this.#leaders) {
      if (pid === undefined) continue;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // The group is empty: all of it has ended.
      }
    }
    this.#leaders.clear();
  }
}
