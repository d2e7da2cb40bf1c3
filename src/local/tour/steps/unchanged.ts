import { minuteMs } from '../../../lib/definitions/instant';
import { removedBy } from '../ec2-looks';
import { Expectations } from '../expectations';
import { allImages, count, type SeenImage } from '../looks';
import { mirrorsOf } from '../mirrors';
import { nextNight, pass } from '../next-night';
import type { TourStep } from '../step';

/** A bake that has ended may still be tidying up for itself. */
const graceMs = 31 * minuteMs;

/** A night without an update: baked and found equal, and nobody hears of it. */
export const unchanged: TourStep = {
  id: 'unchanged',
  title: 'A night in which nothing changed: baked, found equal, discarded',
  async run(tour) {
    const { bakery, repo } = tour;
    const before = await allImages(tour);
    const mirrored = await mirrorsOf(tour);
    const coming = nextNight(tour, before);
    if (coming === undefined)
      return { ok: true, detail: 'No image has a schedule: nothing is due at night.' };
    await pass(tour, coming);
    const after = await allImages(tour);
    const roots = coming.due.map(({ id }) => id);
    const bakes = tour.record.builds().map(({ bakeId }) => bakeId);
    const check = new Expectations()
      .same('one build each, and none on top of them', tour.record.builtImages(), roots)
      .same('channels', after.map(place), before.map(place))
      .same('parameters that were written', writtenParameters(tour.record.calls('SSM', 'PutParameter')), [])
      .same('announcements', tour.record.announcedImages(), [])
      .same(
        'what mirrors have',
        (await mirrorsOf(tour)).map(({ name, seen }) => `${name} ${seen}`),
        mirrored.map(({ name, seen }) => `${name} ${seen}`),
      );
    const { images } = await tour.look.report(repo.account);
    const [root] = coming.due;
    const says = images.find(({ image }) => image === root?.definition.key)?.reason ?? '';
    check.that('it says so', says.includes('was equal to it'), says);

    // What was made is left over, and goes with the janitor's next round.
    await bakery.aws.scheduler.pass(graceMs);
    await bakery.invoke(repo.account, 'janitor', {});
    await bakery.settle();
    const gone = removedBy(tour, 'lambda:janitor').filter((id) => id.startsWith('ami-'));
    check.that('the janitor removes what was made', gone.length === bakes.length, gone.join(', ')).same(
      'AMIs in force that it removed',
      gone.filter((id) => after.some(({ amiId }) => amiId === id)),
      [],
    );
    const names = coming.due.map(({ definition }) => definition.name).join(', ');
    return check.verdict(
      `At ${coming.when} ${names} was baked (${bakes.join(', ')}): no new sequence, no announcement, ${count(tour.record.builds().length - roots.length, 'further bake')}; the janitor took ${gone.join(', ')}. ${names} is current: ${says}.`,
    );
  },
};

/** Where the first channel of an image is. */
function place({ id, definition, record, amiId }: SeenImage): string {
  const { bakeId, sequence } = record?.channels[definition.channels[0] ?? '']?.current ?? {};
  return `${id} ${amiId} ${bakeId} ${sequence}`;
}

const writtenParameters = (calls: readonly { input: unknown }[]): string[] =>
  calls.map(({ input }) => (input as { Name: string }).Name);
