import { setTimeout as sleep } from 'node:timers/promises';
import { minuteMs } from '../../lib/definitions/instant';
import { Clocks } from './clocks';
import type { LocalBakery } from './local-bakery';

/** How often the repos are looked at for pushes. */
const lookMs = 500;

/**
 * Lets a local bakery live in real time: notices pushes, runs what is due, wakes what a deployed bakery's schedules wake;
 * ticks as often as it is told. `stop` ends it after what is under way. `broken` hears of tasks of the world itself that
 * failed, which nothing else would show.
 */
export function keepRunning(
  bakery: LocalBakery,
  options: { tickMinutes: number; broken: (label: string, error: unknown) => void },
): { stop: () => Promise<void> } {
  let running = true;
  const clocks = new Clocks(bakery.deployments, {
    madeAtMs: bakery.clock.now(),
    tickEveryMs: options.tickMinutes * minuteMs,
  });
  const live = async () => {
    while (running) {
      await bakery.repos.detectPushes();
      for (const { account, target } of clocks.due(bakery.clock.now())) bakery.strike(account, target);
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
