import { setTimeout as sleep } from 'node:timers/promises';
import { minuteMs } from '../../lib/definitions/instant';
import type { LocalBakery } from './local-bakery';

/** How often the repos are looked at for pushes. */
const lookMs = 500;

/**
 * Lets a local bakery live in real time: notices pushes, ticks, runs what is due. `stop` ends it after what is under way.
 * `broken` hears of tasks of the world itself that failed, which nothing else would show.
 */
export function keepRunning(
  bakery: LocalBakery,
  options: { tickMinutes: number; broken: (label: string, error: unknown) => void },
): { stop: () => Promise<void> } {
  let running = true;
  let nextTickMs = bakery.clock.now() + options.tickMinutes * minuteMs;
  const live = async () => {
    while (running) {
      await bakery.repos.detectPushes();
      if (bakery.clock.now() >= nextTickMs) {
        bakery.tick();
        nextTickMs += options.tickMinutes * minuteMs;
      }
      await bakery.aws.scheduler.settle({ maxWaitMs: lookMs });
      for (const { label, error } of bakery.aws.scheduler.errors.splice(0)) options.broken(label, error);
      await sleep(lookMs / 5);
    }
  };
  const life = live().catch((error: unknown) => options.broken('the local bakery', error));
  return {
    stop: async () => {
      running = false;
      await life;
    },
  };
}
