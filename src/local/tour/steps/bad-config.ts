import { formatProblem } from '../../../lib/definitions/problem';
import { Expectations } from '../expectations';
import { allImages, count } from '../looks';
import type { TourStep } from '../step';

/** An invalid bakery.yml: its errors are shown, all at once, and the last valid commit stays in force. */
export const badConfig: TourStep = {
  id: 'bad-config',
  title: 'An invalid bakery.yml: errors shown, the last valid commit stays in force',
  async run(tour) {
    const { account } = tour.repo;
    const { commitId: valid } = await tour.look.report(account);
    const before = await allImages(tour);
    await tour.repo.editBakeryYml((document) => {
      document.setIn(['images', 'broken'], {
        base: 'image:nowhere',
        template: 'no-such-folder/',
        tempo: 'fast',
      });
    });
    const commit = await tour.repo.push('An image with mistakes');
    await tour.bakery.settle();

    const { commitId, refused, images } = await tour.look.report(account);
    const errors = (refused?.problems ?? []).filter(({ severity }) => severity === 'error');
    const told = tour.record.notices.filter(({ attributes }) => attributes['code'] === 'DEFINITIONS_REFUSED');
    const check = new Expectations()
      .that(
        `commit ${commit.slice(0, 8)} is refused`,
        refused?.commitId === commit,
        refused?.commitId ?? 'accepted',
      )
      .that(
        'at least two errors, each with its line',
        errors.length >= 2 && errors.every(({ line }) => line > 0),
      )
      .that(`commit ${valid?.slice(0, 8)} stays in force`, commitId === valid, commitId)
      .same(
        'images',
        images.map(({ image }) => image),
        before.flatMap((image) => (image.account === account ? image.definition.key : [])),
      )
      .that(
        'the owner is told, with every error',
        told.length === 1 && errors.every(({ code }) => told[0]!.body.includes(code)),
      )
      .same('builds', tour.record.builtImages(), []);

    await tour.repo.revertLast('Revert "An image with mistakes"');
    await tour.bakery.settle();
    const after = await tour.look.report(account);
    check
      .that('the next valid commit is in force', after.refused === undefined && after.commitId !== valid)
      .same('builds after it', tour.record.builtImages(), []);
    const first = errors[0];
    const example = first === undefined ? '' : ` (${formatProblem('bakery.yml', first)})`;
    return check.verdict(
      `${count(errors.length, 'error')} told to the owner${example}; commit ${valid?.slice(0, 8)} stayed in force, 0 bakes.`,
    );
  },
};
