import { Expectations } from '../expectations';
import { allImages, leafOf, named } from '../looks';
import type { TourStep } from '../step';
import { touch } from '../touch';

/** A push that touches one image that nothing is built on: one bake, everything else stays. */
export const childOnly: TourStep = {
  id: 'child-only',
  title: 'A push that touches one image: one bake',
  async run(tour) {
    const before = await allImages(tour);
    const leaf = leafOf(before, tour.repo.account)!;
    const file = await touch(tour.repo, leaf.definition, 'changed for one image only');
    await tour.repo.push(`Change ${leaf.definition.name}`);
    await tour.bakery.settle();

    const after = await allImages(tour);
    const changed = after.filter(({ id, amiId }) => amiId !== before.find((other) => other.id === id)?.amiId);
    const now = after.find(({ id }) => id === leaf.id)!;
    const check = new Expectations()
      .same('builds', tour.record.builtImages(), [leaf.id])
      .same('announcements', tour.record.announcedImages(), [leaf.id])
      .same(
        'channels that moved',
        changed.map(({ id }) => id),
        [leaf.id],
      );
    return check.verdict(
      `${file} changed: ${leaf.definition.name} went from ${leaf.amiId} to ${now.amiId}; ${unmoved(before, leaf.id)}.`,
    );
  },
};

function unmoved(images: Parameters<typeof leafOf>[0], except: string): string {
  const others = images.filter(({ id }) => id !== except).map(named);
  return others.length === 0 ? 'there is no other image' : `untouched: ${others.join(', ')}`;
}
