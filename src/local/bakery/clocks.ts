import type { InstantMs } from '../../lib/definitions/instant';
import type { Deployment } from './deployment';
import { schedules } from './schedules';
import type { Schedule, ScheduledFunction } from './schedules';

/** One function of one account whose time has come. */
export interface Strike {
  account: string;
  target: ScheduledFunction;
}

/** The schedules of all accounts. They count from when they are made, as EventBridge counts a rate from when its rule is made. */
export class Clocks {
  readonly #clocks: (Schedule & { account: string; nextMs: InstantMs })[];

  constructor(
    deployments: readonly Pick<Deployment, 'settings'>[],
    { madeAtMs, tickEveryMs }: { madeAtMs: InstantMs; tickEveryMs: number },
  ) {
    this.#clocks = deployments.flatMap(({ settings }) =>
      schedules(settings).map((schedule) => {
        const everyMs = schedule.target === 'tick' ? tickEveryMs : schedule.everyMs;
        return { account: settings.account, target: schedule.target, everyMs, nextMs: madeAtMs + everyMs };
      }),
    );
  }

  /** What is due, each once: what was missed while the machine slept is not made up for, every run looks at everything. */
  due(nowMs: InstantMs): Strike[] {
    const due = this.#clocks.filter(({ nextMs }) => nextMs <= nowMs);
    for (const clock of due) {
      const missed = Math.floor((nowMs - clock.nextMs) / clock.everyMs);
      clock.nextMs += (missed + 1) * clock.everyMs;
    }
    return due.map(({ account, target }) => ({ account, target }));
  }
}
