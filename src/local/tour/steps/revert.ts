import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { TourStep } from '../step';
import { touch } from '../touch';

/** A change is baked, then taken back: the AMI of before is published again instead of baked again. */
export const revert: TourStep = {
  id: 'revert',
  title: 'A change is baked, then reverted: the AMI of before is used again',
  async run(tour) {
    const before = leafOf(await allImages(tour), tour.repo.account)!;
    const seen = async () => (await allImages(tour)).find(({ id }) => id === before.id)!;
    const { name } = before.definition;
    await touch(tour.repo, before.definition, 'a change that turns out to be a mistake');
    await tour.repo.push(`Try something with ${name}`);
    await tour.bakery.settle();
    const changed = await seen();
    const check = new Expectations()
      .same('builds of the change', tour.record.builtImages(), [before.id])
      .that(`${name} moved from ${before.amiId}`, changed.amiId !== before.amiId, changed.amiId);

    const since = tour.record.builds().length;
    await tour.repo.revertLast(`Revert "Try something with ${name}"`);
    await tour.bakery.settle();
    const after = await seen();
    const again = tour.record.builds().slice(since);
    check
      .same(
        'builds of the revert',
        again.map(({ image }) => image),
        [],
      )
      .that(`${name} is ${before.amiId} again`, after.amiId === before.amiId, after.amiId)
      .same('announcements', tour.record.announcedImages(), [before.id, before.id]);
    return check.verdict(
      `${name} went to ${changed.amiId} with 1 bake, and after git revert back to ${after.amiId} with 0 bakes.`,
    );
  },
};
