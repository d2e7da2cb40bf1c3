import { hourMs, minuteMs } from '../../../lib/definitions/instant';
import type { Delivery } from '../../aws/deliveries';
import { Expectations } from '../expectations';
import { allImages, builtOn, count, rootOf } from '../looks';
import { mirrorsOf } from '../mirrors';
import type { Tour, TourStep } from '../step';
import { touch } from '../touch';

/** Longer than any cascade here is deep: a bake for each tick. */
const mostTicks = 8;

/** Build events and announcements never arrive: ticks find the ended builds, the hourly inventory tells the followers. */
export const lost: TourStep = {
  id: 'lost',
  title: 'Lost build events and announcements: tick and inventory heal it',
  async run(tour) {
    const { bakery } = tour;
    const { deliveries, scheduler } = bakery.aws;
    const before = await allImages(tour);
    const root = rootOf(before, tour.repo.account)!;
    const own = builtOn(before, [root.id]).filter(({ account }) => account === root.account);
    const others = builtOn(before, [root.id]).filter(({ account }) => account !== root.account);
    const seen = async () => {
      const images = await allImages(tour);
      return (id: string) => images.find((image) => image.id === id)?.amiId;
    };
    const check = new Expectations();
    const heal = [
      deliveries.addFault({ label: 'build events get lost', when: isBuildEvent, drop: true }),
      deliveries.addFault({ label: 'announcements get lost', when: isAnnouncement, drop: true }),
    ];
    try {
      await touch(tour.repo, root.definition, 'changed while messages get lost');
      await tour.repo.push(`Change ${root.definition.name}`);
      await bakery.settle();
      check.that(
        `${root.definition.name} is built and nobody has noticed`,
        (await seen())(root.id) === root.amiId && tour.record.builtImages().includes(root.id),
      );
      const ticks = await tickUntilQuiet(tour);
      const now = await seen();
      for (const { id, amiId } of [root, ...own]) {
        check.that(`ticks publish ${id}`, now(id) !== amiId, now(id));
      }
      for (const { id, amiId } of others) {
        check.that(`${id} has heard nothing yet`, now(id) === amiId, now(id));
      }
      check.same(
        'builds',
        tour.record.builtImages(),
        [root, ...own].map(({ id }) => id),
      );

      await scheduler.pass(hourMs);
      await tickUntilQuiet(tour);
      const later = await seen();
      for (const { id, amiId } of others) {
        check.that(`the inventory makes ${id} follow`, later(id) !== amiId, later(id));
      }
      for (const mirror of await mirrorsOf(tour)) {
        check.that(`account ${mirror.account} mirrors ${mirror.name}`, mirror.follows, mirror.seen);
      }
      const dropped = tour.record.deliveries.filter(({ outcome }) => outcome === 'dropped');
      const builds = dropped.filter(isBuildEvent).length;
      const told = dropped.filter(isAnnouncement).length;
      check
        .that('build events were dropped', builds > 0)
        .that('announcements were dropped', told > 0 || tour.consumers.length === 0);
      const followers = [
        ...others.map(({ definition }) => definition.name),
        ...tour.consumers.map((id) => `account ${id}`),
      ];
      return check.verdict(
        `${count(builds, 'build event')} and ${count(told, 'announcement')} dropped. ${count(ticks, 'tick')} found the ended builds of ${[root, ...own].map(({ definition }) => definition.name).join(', ')}; the next inventory brought ${followers.join(' and ')} up to date.`,
      );
    } finally {
      for (const stop of heal) stop();
    }
  },
};

const isBuildEvent = ({ kind, to }: Delivery): boolean => kind === 'eventbridge' && to.includes('build');

const isAnnouncement = ({ kind, event }: Delivery): boolean =>
  kind === 'sns' && JSON.stringify(event).includes('ami-bakery/image-published/');

/** Ticks, five minutes apart, until one of them starts no build and moves no image; answers how many it took. */
async function tickUntilQuiet(tour: Tour): Promise<number> {
  const { bakery } = tour;
  const state = async () => JSON.stringify([await allImages(tour), await mirrorsOf(tour)]);
  for (let ticks = 1; ticks <= mostTicks; ticks += 1) {
    const before = await state();
    await bakery.aws.scheduler.pass(5 * minuteMs);
    bakery.tick();
    await bakery.settle();
    if ((await state()) === before) return ticks - 1;
  }
  return mostTicks;
}
