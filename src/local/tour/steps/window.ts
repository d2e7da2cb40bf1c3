import { minuteMs } from '../../../lib/definitions/instant';
import { Expectations } from '../expectations';
import { again, chooseLeaf, later, parameterOf, reported } from '../leaf-channels';
import type { Tour, TourStep } from '../step';
import { touch } from '../touch';
import { candidate } from './promote';

const opensInMs = 20 * minuteMs;

/** Bakes run at any time; channels move inside the window. */
export const window: TourStep = {
  id: 'window',
  title: 'A change window: the bake runs at once, its channel moves when the window opens',
  async run(tour) {
    const before = await chooseLeaf(tour);
    const { name, channels } = before.definition;
    const [channel = ''] = channels.filter((one) => one !== candidate);
    const stable = parameterOf(tour, before, channel);
    const opensAtMs = Math.ceil((tour.bakery.clock.now() + opensInMs) / minuteMs) * minuteMs;
    await tour.repo.editBakeryYml((document) => {
      document.deleteIn(['images', name, 'channels']);
      document.deleteIn(['images', name, 'promote']);
      const [from, to] = [opensAtMs, opensAtMs + 60 * minuteMs].map(timeOfDay);
      document.setIn(['images', name, 'window'], { from, to, timezone: 'UTC' });
    });
    await touch(tour.repo, before.definition, 'a change for the window');
    await tour.repo.push(`Move ${name} in a window only`);
    await tour.bakery.settle();
    const { reason, reasonCode } = await reported(tour, before);
    const waits = parameterOf(tour, before, channel);
    const check = new Expectations()
      .same('builds', tour.record.builtImages(), [before.id])
      .that('it waits for its window', reasonCode === 'window', reason)
      .that(`${channel} stays ${stable}`, waits === stable, waits);

    await later(tour, opensAtMs - 5 * minuteMs - tour.bakery.clock.now());
    const early = parameterOf(tour, before, channel);
    check.that(`${channel} is ${stable} five minutes before`, early === stable, early);
    await later(tour, 6 * minuteMs);
    const made = await again(tour, before);
    const after = parameterOf(tour, made, channel);
    check
      .that(`${channel} moved once it was open`, after !== stable && after === made.amiId, after)
      .same('announcements', tour.record.announcedImages(), [before.id]);
    await withoutWindow(tour, name);
    return check.verdict(
      `${name} was baked at once and said "${reason}"; ${channel} stayed ${stable} until then and is ${made.amiId} now.`,
    );
  },
};

const timeOfDay = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16);

async function withoutWindow(tour: Tour, name: string): Promise<void> {
  await tour.repo.editBakeryYml((document) => document.deleteIn(['images', name, 'window']));
  await tour.repo.push(`Let ${name} move at any time`);
  await tour.bakery.settle();
}
