import { minuteMs } from '../../../lib/definitions/instant';
import { nextFire } from '../../../lib/definitions/schedule';
import { Expectations } from '../expectations';
import { allImages, builtOn, count } from '../looks';
import { mirrorsOf } from '../mirrors';
import type { TourStep } from '../step';

/** The clock passes the nightly schedule: scheduled images are baked anew, what is built on them follows once. */
export const night: TourStep = {
  id: 'night',
  title: 'The next night: the base is baked anew and the cascade follows once',
  async run(tour) {
    const { bakery } = tour;
    const before = await allImages(tour);
    const fires = before.flatMap(({ definition: { rebake } }) =>
      rebake === undefined ? [] : (nextFire(rebake, bakery.clock.now()) ?? []),
    );
    if (fires.length === 0) return { ok: true, detail: 'No image has a schedule: nothing is due at night.' };
    // The first schedule alone: what fires later in the same night is due with the ticks that follow it.
    const fireMs = Math.min(...fires);
    const due = before.filter(({ definition: { rebake } }) => {
      return rebake !== undefined && nextFire(rebake, bakery.clock.now()) === fireMs;
    });
    await bakery.aws.scheduler.pass(fireMs + minuteMs - bakery.clock.now());
    bakery.tick();
    await bakery.settle();

    const after = await allImages(tour);
    const roots = due.map(({ id }) => id);
    const cascade = builtOn(after, roots).map(({ id }) => id);
    const check = new Expectations()
      .same('one build each', tour.record.builtImages(), [...roots, ...cascade])
      .same(
        'AMIs that stayed',
        after.flatMap(({ id, amiId }) =>
          before.some((old) => old.id === id && old.amiId === amiId) ? id : [],
        ),
        before.flatMap(({ id }) => (roots.includes(id) || cascade.includes(id) ? [] : id)),
      );
    for (const mirror of await mirrorsOf(tour)) {
      check.that(`account ${mirror.account} mirrors ${mirror.name}`, mirror.follows, mirror.seen);
    }
    const builds = tour.record.builds().length;
    await bakery.aws.scheduler.pass(5 * minuteMs);
    bakery.tick();
    await bakery.settle();
    check.that(
      'the next tick bakes nothing',
      tour.record.builds().length === builds,
      count(tour.record.builds().length - builds, 'build'),
    );
    const names = (ids: string[]) =>
      after.flatMap(({ id, definition }) => (ids.includes(id) ? definition.name : [])).join(', ');
    const when = `${new Date(fireMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const follows = cascade.length === 0 ? '' : `, then ${names(cascade)} on top of it, once each`;
    return check.verdict(
      `At ${when} ${names(roots)} was baked anew${follows}; five minutes later: nothing to do.`,
    );
  },
};
