import { minuteMs } from '../../../lib/definitions/instant';
import { Expectations } from '../expectations';
import { allImages, builtOn, count } from '../looks';
import { mirrorsOf } from '../mirrors';
import { nextNight, pass, vendorUpdate } from '../next-night';
import type { TourStep } from '../step';

/** The clock passes the nightly schedule: there are updates, scheduled images are baked anew, what is built on them follows once. */
export const night: TourStep = {
  id: 'night',
  title: 'The next night: the base is baked anew and the cascade follows once',
  async run(tour) {
    const { bakery } = tour;
    const before = await allImages(tour);
    const coming = nextNight(tour, before);
    if (coming === undefined)
      return { ok: true, detail: 'No image has a schedule: nothing is due at night.' };
    const { due, when } = coming;
    const update = vendorUpdate(tour, coming);
    await pass(tour, coming);

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
    const follows = cascade.length === 0 ? '' : `, then ${names(cascade)} on top of it, once each`;
    return check.verdict(
      `The vendor brought out ${update}. At ${when} ${names(roots)} was baked anew${follows}; five minutes later: nothing to do.`,
    );
  },
};
