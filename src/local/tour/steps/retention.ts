import { dayMs } from '../../../lib/definitions/instant';
import type { RetireReport, StepReport } from '../../../lib/reconcile/retire/report';
import { Expectations } from '../expectations';
import { chooseLeaf, parameterOf } from '../leaf-channels';
import { count, type SeenImage } from '../looks';
import type { Tour, TourStep } from '../step';
import { touch } from '../touch';

/** One for an instance, one for a launch template, and some that nobody wants. */
const oldBakes = 4;
/** When somebody looks: two waits of a week, and in each of them once to ask EC2 who uses it in other accounts. */
const days = [0, 5, 7, 12, 14];
const asMany = 1_000;

/** Old bakes go in stages; what an instance or an old version of a launch template names stays. */
export const retention: TourStep = {
  id: 'retention',
  title: 'Retention: old bakes go stage by stage, and nothing that is in use',
  async run(tour) {
    const { scheduler } = tour.bakery.aws;
    const leaf = await withOldBakes(tour);
    const { key, name, channels } = leaf.definition;
    const retire = async (event: object) =>
      (await tour.bakery.invoke(leaf.account, 'retire', { image: key, ...event })) as RetireReport;
    const old = (await retire({ dryRun: true, most: asMany })).steps;
    const [byInstance, byTemplate, ...unused] = old as [StepReport, StepReport, ...StepReport[]];
    const uses = inUse(tour, leaf, { byInstance: amiOf(byInstance), byTemplate: amiOf(byTemplate) });
    const stable = parameterOf(tour, leaf, channels[0] ?? '');
    const state = (step: StepReport) => stateOf(tour, leaf.account, amiOf(step));
    const check = new Expectations().that('there are old bakes', unused.length > 1, String(old.length));

    const asked = await retire({});
    check.that('so many at once are asked for', asked.tooMany.length > 0, 'nobody was asked');
    check.same(
      'and nothing has changed',
      unused.map(state),
      unused.map(() => 'available'),
    );
    const seen: string[] = [];
    for (const [index, day] of days.entries()) {
      await scheduler.pass((day - (days[index - 1] ?? 0)) * dayMs);
      await retire({ most: asMany });
      if (day % 7 === 0) seen.push([...new Set(unused.map(state))].join(' and '));
    }
    check
      .same('after 0, 7 and 14 days', seen, ['deprecated', 'disabled', 'gone'])
      .same('on which an instance runs', [state(byInstance)], ['available'])
      .same('that a launch template names', [state(byTemplate)], ['available'])
      .same('snapshots of those that went', snapshotsOf(tour, unused), [])
      .that(`the channel stays ${stable}`, parameterOf(tour, leaf, channels[0] ?? '') === stable);
    uses.end();
    await tour.repo.editBakeryYml((document) => document.deleteIn(['images', name, 'retain']));
    await tour.repo.push(`Keep the bakes of ${name}`);
    // Two weeks have gone by without a tick: what is due after them is caught up with here, and in no later step.
    tour.bakery.tick();
    await tour.bakery.settle();
    return check.verdict(
      `Of ${count(old.length, 'old bake')} of ${name}, ${unused.length} that nobody used were deprecated (after a person was asked: so many at once look wrong), disabled a week later and gone with their snapshots after two. ${amiOf(byInstance)}, on which an instance runs, and ${amiOf(byTemplate)}, which version 1 of a launch template names, stayed.`,
    );
  },
};

/** An image of which bakery.yml keeps one bake, with enough others. */
async function withOldBakes(tour: Tour): Promise<SeenImage> {
  const leaf = await chooseLeaf(tour);
  const { key, name } = leaf.definition;
  await tour.repo.editBakeryYml((document) => document.setIn(['images', name, 'retain'], { count: 1 }));
  await tour.repo.push(`Keep one bake of ${name}`);
  await tour.bakery.settle();
  for (;;) {
    const event = { image: key, dryRun: true, most: asMany };
    const { steps } = (await tour.bakery.invoke(leaf.account, 'retire', event)) as RetireReport;
    if (steps.length >= oldBakes) return chooseLeaf(tour);
    await touch(tour.repo, leaf.definition, `old bake ${steps.length}`);
    await tour.repo.push(`A change of ${name}`);
    await tour.bakery.settle();
  }
}

const amiOf = ({ amis }: StepReport): string => Object.values(amis)[0] ?? '';

/** What EC2 itself says of it. */
function stateOf(tour: Tour, account: string, amiId: string): string {
  const { ec2 } = tour.bakery.aws;
  const site = siteOf(tour, account, 'observer');
  const [image] =
    ec2.DescribeImages(
      { Filters: [{ Name: 'image-id', Values: [amiId] }], IncludeDisabled: true, IncludeDeprecated: true },
      site,
    ).Images ?? [];
  if (image === undefined) return 'gone';
  const isDeprecated = image.State === 'available' && image.DeprecationTime !== undefined;
  return isDeprecated ? 'deprecated' : (image.State ?? 'unknown');
}

function snapshotsOf(tour: Tour, steps: StepReport[]): string[] {
  const { ec2 } = tour.bakery.aws;
  const ids = steps.flatMap(({ amis }) =>
    Object.entries(amis).flatMap(([region, amiId]) =>
      (ec2.storedImage(region, amiId)?.image.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs?.SnapshotId),
    ),
  );
  const there = ec2.DescribeSnapshots({}, siteOf(tour, tour.repo.account, 'observer')).Snapshots ?? [];
  return there.flatMap(({ SnapshotId }) =>
    SnapshotId !== undefined && ids.includes(SnapshotId) ? SnapshotId : [],
  );
}

/** Somebody runs an instance, and keeps a launch template whose newest versions name another AMI. */
function inUse(
  tour: Tour,
  { account, amiId }: SeenImage,
  old: { byInstance: string; byTemplate: string },
): { end: () => void } {
  const { ec2 } = tour.bakery.aws;
  const site = siteOf(tour, account, 'person:alice');
  const launched = ec2.RunInstances(
    { ImageId: old.byInstance, InstanceType: 'm7i.large', MinCount: 1, MaxCount: 1 },
    site,
  );
  const LaunchTemplateName = 'alice';
  ec2.CreateLaunchTemplate({ LaunchTemplateName, LaunchTemplateData: { ImageId: old.byTemplate } }, site);
  for (let version = 2; version < 20; version += 1)
    ec2.CreateLaunchTemplateVersion({ LaunchTemplateName, LaunchTemplateData: { ImageId: amiId } }, site);
  return {
    end: () => {
      ec2.TerminateInstances({ InstanceIds: [launched.Instances![0]!.InstanceId!] }, site);
      ec2.DeleteLaunchTemplate({ LaunchTemplateName }, site);
    },
  };
}

const siteOf = (tour: Tour, account: string, caller: string) => {
  const { settings } = tour.bakery.deployments.find((deployment) => deployment.settings.account === account)!;
  return { account, region: settings.region, caller };
};
