import type { World } from '../aws/world';
import type { BuildEnd, BuildProgress, BuildRun, BuildRunner } from './build-run';

/** How a build without child processes goes. */
export interface InstantOutcome extends Omit<BuildEnd, 'exported'> {
  /** World time between start and end; default 0. More than the build's time-out ends it as TIMED_OUT. */
  durationMs?: number;
  /** As a function it is asked at the end, when whatever the build makes is there. */
  exported?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
}

/** Builds that start no process: their outcome is said by `decide`, their time passes on the world's clock. */
export class InstantRunner implements BuildRunner {
  constructor(
    private readonly world: World,
    private readonly decide: (run: BuildRun) => InstantOutcome,
  ) {}

  start(run: BuildRun, progress: BuildProgress): { kill(): void } {
    const { durationMs = 0, exported = {}, ...end } = this.decide(run);
    const timeoutMs = run.timeoutInMinutes * 60_000;
    let killed = false;
    progress.phase('BUILD');
    this.world.scheduler.after(Math.min(durationMs, timeoutMs), `build ${run.id} ends`, async () => {
      if (killed) return;
      if (durationMs > timeoutMs) {
        progress.ended({ status: 'TIMED_OUT', context: 'BUILD_TIMED_OUT: Build has timed out. ' });
      } else {
        const values = typeof exported === 'function' ? await exported() : exported;
        progress.ended({ ...end, exported: values });
      }
    });
    return { kill: () => (killed = true) };
  }

  async close(): Promise<void> {}
}
