import { Expectations } from '../expectations';
import { allImages, leafOf } from '../looks';
import type { Tour, TourStep } from '../step';
import { ownFile } from '../touch';

/** What a bake does without complaint, and a check of the starter repos finds. */
const defect = 'sudo chmod -R a+w /srv';
const finds = 'no-world-writable-files.sh';

/** A candidate that fails a check: built, tested, never published. */
export const testFailed: TourStep = {
  id: 'test-failed',
  title: 'An AMI that fails a check is never published: the owner is told, the fix heals it',
  async run(tour) {
    const { account } = tour.repo;
    const before = leafOf(await allImages(tour), account)!;
    const { name, template } = before.definition;
    const seen = async () => (await allImages(tour)).find(({ id }) => id === before.id)!;
    const file = template.kind === 'json' ? 'batch/install.sh' : await ownFile(tour.repo, before.definition);
    await tour.repo.editBakeryYml((document) => document.setIn(['images', name, 'test'], 'checks/'));
    await tour.repo.edit(file, (text) => `${text.trimEnd()}\n${defect}\n`);
    await tour.repo.push(`Let everybody write in ${name}`);
    await tour.bakery.settle();

    const failed = await seen();
    const { trouble } = failed.record ?? {};
    const told = tour.record.notices.filter(({ attributes }) => attributes['code'] === 'BAKE_FAILED');
    const check = new Expectations()
      .same('bakes', tour.record.builtImages(), [before.id])
      .same('tests', tour.record.testedImages(), [before.id])
      .same('instances of tests that run on', await runningTests(tour), [])
      .same('announcements', tour.record.announcedImages(), [])
      .that(`${name} stays ${before.amiId}`, failed.amiId === before.amiId, failed.amiId)
      .that('it failed its tests', trouble?.class === 'tests', trouble?.message ?? 'no trouble')
      .that(
        `the owner is told which check failed, and why`,
        told.length === 1 && told[0]!.body.includes(finds) && told[0]!.body.includes(defect),
        told.map(({ body }) => body).join() || 'no notice',
      );

    await tour.repo.edit(file, (text) => text.replace(`${defect}\n`, '# nobody but root writes to /srv\n'));
    await tour.repo.push(`Mend ${name}`);
    await tour.bakery.settle();
    const healed = await seen();
    const { tests } = healed.record?.channels[healed.definition.channels[0]!]?.current ?? {};
    check
      .same('tests with the fix', tour.record.testedImages(), [before.id, before.id])
      .same('announcements with the fix', tour.record.announcedImages(), [before.id])
      .that('the fix is published', healed.amiId !== before.amiId, healed.amiId)
      .that('it has passed its tests', (tests?.checks ?? 0) > 0, JSON.stringify(tests))
      .that('the trouble is over', healed.record?.trouble === undefined, healed.record?.trouble?.message);

    // Later steps have no more to show of it. What is tested and how is in no input hash: nothing is baked.
    await tour.repo.editBakeryYml((document) => document.deleteIn(['images', name, 'test']));
    await tour.repo.push(`Leave the tests of ${name} out`);
    await tour.bakery.settle();
    check.same('bakes in all', tour.record.builtImages(), [before.id, before.id]);
    return check.verdict(
      `${finds} failed on the new AMI; the owner read "${told[0]?.subject}" and ${name} stayed ${before.amiId}. The fix passed ${tests?.checks} checks and is ${healed.amiId}.`,
    );
  },
};

async function runningTests(tour: Tour): Promise<string[]> {
  const { account } = tour.repo;
  const { region } = tour.bakery.deployments.find(({ settings }) => settings.account === account)!.settings;
  const answer = tour.bakery.aws.ec2.DescribeInstances(
    {
      Filters: [
        { Name: 'tag:bakery:purpose', Values: ['test'] },
        { Name: 'instance-state-name', Values: ['pending', 'running'] },
      ],
    },
    { account, region, caller: 'tour' },
  );
  return (
    (await Promise.resolve(answer)).Reservations?.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId = '' }) => InstanceId),
    ) ?? []
  );
}
