import type { Report } from '../../../lib/reconcile/report';
import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { Tour, TourStep } from '../step';
import { touch } from '../touch';

/** What changes something outside the ledger. */
const effects = [
  ['CodeBuild', 'StartBuild'],
  ['SSM', 'PutParameter'],
  ['SSM', 'AddTagsToResource'],
  ['EC2', 'CreateTags'],
  ['EC2', 'ModifyImageAttribute'],
] as const;

/** A bakery in observe mode: a push changes nothing, and the plan says what would be done. */
export const observe: TourStep = {
  id: 'observe',
  title: 'Observe mode: a push is planned, and nothing is applied',
  async run(tour) {
    const { account } = tour.repo;
    const { settings } = tour.bakery.deployments.find((one) => one.settings.account === account)!;
    const leaf = leafOf(await allImages(tour), account)!;
    const { key, name } = leaf.definition;
    const check = new Expectations();
    let planned: Report['images'][number] | undefined;
    // What deploying the stack with the other mode does to its functions.
    settings.mode = 'observe';
    try {
      await touch(tour.repo, leaf.definition, 'only looked at');
      const commit = await tour.repo.push(`Change ${name}`);
      await tour.bakery.settle();
      tour.bakery.tick([account]);
      await tour.bakery.settle();

      const report = (await tour.bakery.invoke(account, 'reconcile', { observe: true })) as Report;
      planned = report.images.find(({ image }) => image === key);
      check
        .same('calls that change something', effectsOf(tour, account), [])
        .same('announcements', tour.record.announcedImages(), [])
        .that(`commit ${commit.slice(0, 8)} was looked at`, report.commitId === commit, report.commitId)
        .that(
          `${name} is planned to be baked`,
          planned?.decision === 'wait' &&
            planned.reasonCode === 'observe' &&
            planned.reason.includes('otherwise bake') &&
            planned.reason.includes(commit.slice(0, 8)),
          planned?.reason,
        )
        .same(
          'other images',
          report.images.flatMap(({ image, decision }) => (image === key ? [] : `${image} ${decision}`)),
          report.images.flatMap(({ image }) => (image === key ? [] : `${image} current`)),
        );
      await tour.repo.revertLast(`Revert "Change ${name}"`);
      await tour.bakery.settle();
    } finally {
      settings.mode = 'bake';
    }
    tour.bakery.tick([account]);
    await tour.bakery.settle();
    const after = (await allImages(tour)).find(({ id }) => id === leaf.id);
    check
      .same('builds in bake mode, after the change was taken back', tour.record.builtImages(), [])
      .that(`${name} stays ${leaf.amiId}`, after?.amiId === leaf.amiId, after?.amiId);
    return check.verdict(
      `No build, no parameter, no announcement; the plan: ${name} ${planned?.decision}: ${planned?.reason}. The change was taken back; in bake mode ${name} stays ${after?.amiId}.`,
    );
  },
};

const effectsOf = ({ record }: Tour, account: string): string[] =>
  effects.flatMap(([service, operation]) =>
    record
      .calls(service, operation)
      .filter(({ site }) => site.account === account)
      .map(() => operation),
  );
