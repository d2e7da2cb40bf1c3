import { Expectations } from '../expectations';
import { allImages } from '../looks';
import type { TourStep } from '../step';

/** A push that touches nothing that an image is made of: no bake, and every image says why not. */
export const noOp: TourStep = {
  id: 'no-op',
  title: 'A push that touches only a README: no bake, and why',
  async run(tour) {
    const before = await allImages(tour);
    await tour.repo.edit('README.md', (text) => `${text}\nAsk the platform team for a new image.\n`);
    const commit = await tour.repo.push('Say whom to ask');
    await tour.bakery.settle();

    const after = await allImages(tour);
    const { images, commitId } = await tour.look.report(tour.repo.account);
    const check = new Expectations()
      .same('builds', tour.record.builtImages(), [])
      .same(
        'AMIs',
        after.map(({ amiId }) => String(amiId)),
        before.map(({ amiId }) => String(amiId)),
      )
      .that(`commit ${commit.slice(0, 8)} was looked at`, commitId === commit, commitId)
      .same(
        'decisions',
        images.map(({ image, decision }) => `${image} ${decision}`),
        images.map(({ image }) => `${image} current`),
      );
    const [first] = images;
    return check.verdict(`0 bakes. ${first?.image} is ${first?.decision}: ${first?.reason}.`);
  },
};
