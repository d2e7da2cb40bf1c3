import type { Context } from 'aws-lambda';
import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { AwsFailure } from '../../src/local/aws/failure';
import type { BuildRun } from '../../src/local/builds/build-run';
import type { InstantOutcome } from '../../src/local/builds/instant-runner';
import { deployments } from '../../src/local/bakery/deployment';
import type { JanitorReport } from '../../src/lib/reconcile/janitor/report';
import { readEvent } from '../fixtures/events/read-event';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;
const site = { account: platform, region, caller: 'packer' };

let bakery: MemoryBakery;
afterEach(() => bakery.close());

/** The platform's bakery, in which builds of `web` go like this and all others are bakes that work. */
function bakeryWhere(web: (run: BuildRun) => InstantOutcome | undefined): MemoryBakery {
  bakery = new MemoryBakery({
    deployments: deployments({ mirrors: [] }).filter(({ settings }) => settings.account === platform),
    outcome: (run) => (run.environment['BAKERY_IMAGE'] === 'web/x86_64' ? web(run) : undefined),
  });
  return bakery;
}

const invoke = async (event: object): Promise<JanitorReport> =>
  (await bakery.aws.functions.invoke({ account: platform, region }, 'janitor', event)) as JanitorReport;

const scheduled = () => invoke(readEvent('tick-rule'));

const tagsOf = (run: BuildRun) =>
  Object.entries(
    (JSON.parse(run.environment['BAKERY_CONTRACT'] ?? '{}') as { tags: Record<string, string> }).tags,
  ).map(([Key, Value]) => ({ Key, Value }));

/** Everything that Packer has made when it is killed while it waits for its AMI. */
function leaveEverything(run: BuildRun): InstantOutcome {
  const { ec2 } = bakery.aws;
  const Tags = tagsOf(run);
  const as = (...types: string[]) =>
    types.map((ResourceType) => ({ ResourceType: ResourceType as 'image', Tags }));
  const contract = JSON.parse(run.environment['BAKERY_CONTRACT']!) as {
    source_ami: string;
    ami_name: string;
  };
  const KeyName = `packer_${contract.ami_name}`;
  ec2.CreateKeyPair({ KeyName, KeyType: 'ed25519', TagSpecifications: as('key-pair') }, site);
  const { GroupId } = ec2.CreateSecurityGroup(
    {
      GroupName: KeyName,
      Description: 'Temporary group for Packer',
      TagSpecifications: as('security-group'),
    },
    site,
  );
  const InstanceId = ec2.RunInstances(
    {
      ImageId: contract.source_ami,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      KeyName,
      SecurityGroupIds: [GroupId!],
      TagSpecifications: as('instance', 'volume'),
      // It outlives its instance.
      BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
    },
    site,
  ).Instances![0]!.InstanceId!;
  ec2.CreateImage({ InstanceId, Name: contract.ami_name, TagSpecifications: as('image', 'snapshot') }, site);
  return { status: 'FAILED', durationMs: minuteMs, exported: { FAILURE_CLASS: 'script' } };
}

const removals = () =>
  bakery.aws.log.records
    .filter(({ site: { caller }, operation }) => {
      return caller === 'lambda:janitor' && /^(Terminate|Delete|Deregister)/.test(operation);
    })
    .map(({ operation, outcome }) => `${operation}: ${outcome}`);

const kinds = ({ leftovers }: JanitorReport) => leftovers.map(({ kind, outcome }) => `${kind} ${outcome}`);

describe('what a killed build left', () => {
  beforeEach(async () => {
    bakeryWhere(leaveEverything).push(platform, platformFiles());
    await bakery.settle();
  });

  test('is removed when its bake has been over for half an hour, disks when they are free', async () => {
    expect((await scheduled()).leftovers).toEqual([]);
    await bakery.pass(31 * minuteMs);
    const first = await scheduled();
    expect(kinds(first)).toEqual([
      'instance done',
      'security-group done',
      'key-pair done',
      'image done',
      'snapshot done',
      'snapshot done',
    ]);
    expect(first.kept.find(({ code }) => code === 'in-use')?.count).toBeGreaterThanOrEqual(1);
    expect(kinds(await scheduled())).toEqual(['volume done']);
    expect((await scheduled()).leftovers).toEqual([]);
    expect(removals()).toEqual([
      'TerminateInstances: ok',
      'DeleteSecurityGroup: ok',
      'DeleteKeyPair: ok',
      'DeregisterImage: ok',
      'DeleteSnapshot: ok',
      'DeleteSnapshot: ok',
      'DeleteVolume: ok',
    ]);
    const at = { account: platform, region, caller: 'test' };
    const amis = bakery.aws.ec2.DescribeImages({ Owners: ['self'] }, at).Images ?? [];
    expect(amis.map(({ Name }) => (Name ?? '').split('-x86_64')[0]!).sort()).toEqual([
      'base-al2023',
      'batch',
    ]);
  });

  test('is told and left alone by a dry run', async () => {
    await bakery.pass(hourMs);
    const dry = await invoke({ dryRun: true });
    expect(kinds(dry)).toContain('instance found');
    expect(dry.leftovers[0]?.why).toMatch(/^bake b-\w+ of web\/x86_64 ended 60 min ago: failed$/);
    expect(removals()).toEqual([]);
  });

  test.each([
    ['instances', 'DescribeInstances', 'instance'],
    ['AMIs, and with them snapshots', 'DescribeImages', 'image'],
    ['snapshots', 'DescribeSnapshots', 'snapshot'],
    ['parameters, and with them AMIs', 'GetParameters', 'image'],
    ['launch permissions, and with them AMIs', 'DescribeImageAttribute', 'image'],
    ['ended bakes, and with them everything', 'GetItem', 'instance'],
  ])('stays where %s cannot be read', async (_, operation, kind) => {
    await bakery.pass(hourMs);
    const heal = bakery.aws.faults.add({
      label: 'may not look',
      when: (call) => call.operation === operation && call.at.caller === 'lambda:janitor',
      before: () => new AwsFailure('UnauthorizedOperation', 'You are not authorized', 403),
    });
    const report = await scheduled();
    expect(kinds(report).filter((it) => it.startsWith(kind))).toEqual([]);
    if (kind !== 'instance') expect(kinds(report)).not.toContain('snapshot done');
    expect(JSON.stringify(report.unread)).toContain('UnauthorizedOperation');
    heal();
    expect(kinds(await scheduled()).filter((it) => it.startsWith(kind))).not.toEqual([]);
  });

  test('stays where the ledger cannot be read, and the invocation fails', async () => {
    await bakery.pass(hourMs);
    bakery.aws.faults.add({
      label: 'no ledger',
      when: ({ operation, at }) => operation === 'Query' && at.caller === 'lambda:janitor',
      before: () => new AwsFailure('AccessDeniedException', 'no', 400),
    });
    await expect(scheduled()).rejects.toThrow();
    expect(removals()).toEqual([]);
  });

  test('is tried again in the next run where EC2 would not let it go', async () => {
    await bakery.pass(hourMs);
    bakery.aws.faults.add({
      label: 'still in use',
      times: 1,
      when: ({ operation }) => operation === 'DeregisterImage',
      before: () => new AwsFailure('RequestLimitExceeded', 'slow down', 400),
    });
    const report = await scheduled();
    expect(kinds(report).slice(-3)).toEqual(['image failed', 'snapshot left', 'snapshot left']);
    expect(kinds(await scheduled())).toEqual(['volume done', 'image done', 'snapshot done', 'snapshot done']);
  });

  test('and what an instance still holds goes in the next run', async () => {
    await bakery.pass(hourMs);
    bakery.aws.faults.add({
      label: 'the instance takes a minute to end',
      times: 1,
      when: ({ operation }) => operation === 'DeleteSecurityGroup',
      before: () => new AwsFailure('DependencyViolation', 'has a dependent object', 400),
    });
    const report = await scheduled();
    expect(kinds(report)).toContain('security-group left');
    expect(report.leftovers.find(({ outcome }) => outcome === 'left')?.error).toMatch(/DependencyViolation/);
    expect(kinds(await scheduled())).toContain('security-group done');
  });

  test('is left for the next run where the time is short', async () => {
    await bakery.pass(hourMs);
    const short = { getRemainingTimeInMillis: () => 9_000 } as Context;
    const { janitor } = bakery.functions.get(platform)!;
    const report = (await janitor(readEvent('tick-rule'), short)) as JanitorReport;
    expect(new Set(report.leftovers.map(({ outcome }) => outcome))).toEqual(new Set(['left']));
    expect(removals()).toEqual([]);
  });

  test('and what somebody has removed in the meantime counts as removed', async () => {
    await bakery.pass(hourMs);
    bakery.aws.faults.add({
      label: 'gone',
      times: 1,
      when: ({ operation }) => operation === 'DeleteSecurityGroup',
      before: () => new AwsFailure('InvalidGroup.NotFound', 'does not exist', 400),
    });
    expect(kinds(await scheduled())).toContain('security-group done');
  });

  test('more than the ceiling stays, and people are asked, once a day', async () => {
    await bakery.pass(hourMs);
    const notices = () =>
      bakery.aws.sns.notices.filter(({ attributes }) => attributes['code'] === 'MANY_LEFTOVERS');
    const report = await invoke({ most: 3 });
    expect(report.tooMany).toEqual({ found: 6, most: 3 });
    await invoke({ most: 3 });
    await bakery.settle();
    expect(removals()).toEqual([]);
    expect(notices()).toHaveLength(1);
    expect(JSON.stringify(notices()[0])).toContain('bakery janitor --most 6');
    await bakery.pass(dayMs);
    await invoke({ most: 3 });
    await bakery.settle();
    expect(notices()).toHaveLength(2);
    expect(kinds(await invoke({ most: 6 }))).toContain('instance done');
  });

  test('AMIs that a parameter names or somebody may launch are published, whatever the ledger says', async () => {
    const at = { account: platform, region, caller: 'person:alice' };
    const [half] = (bakery.aws.ec2.DescribeImages({ Owners: ['self'] }, at).Images ?? []).filter(({ Name }) =>
      Name?.startsWith('web'),
    );
    await bakery.pass(hourMs);
    const LaunchPermission = { Add: [{ UserId: accounts.shop }] };
    bakery.aws.ec2.ModifyImageAttribute({ ImageId: half!.ImageId, LaunchPermission }, at);
    expect(kinds(await invoke({ dryRun: true }))).not.toContain('image found');
    const Remove = LaunchPermission.Add;
    bakery.aws.ec2.ModifyImageAttribute({ ImageId: half!.ImageId, LaunchPermission: { Remove } }, at);
    const Name = '/bakery/web/x86_64/stable';
    await bakery.aws.ssm.PutParameter({ Name, Value: half!.ImageId!, Type: 'String' }, at);
    const report = await invoke({ dryRun: true });
    expect(kinds(report)).not.toContain('image found');
    expect(kinds(report)).not.toContain('snapshot found');
    expect(report.kept.find(({ code }) => code === 'pointed-to')?.examples.map(({ id }) => id)).toContain(
      half!.ImageId,
    );
  });
});

test('a bakery that only observes removes nothing', async () => {
  bakeryWhere(leaveEverything).push(platform, platformFiles());
  await bakery.settle();
  await bakery.pass(hourMs);
  bakery.settings(platform).mode = 'observe';
  const report = await scheduled();
  expect(report).toMatchObject({ dryRun: true, mode: 'observe' });
  expect(kinds(report)).toContain('instance found');
  expect(removals()).toEqual([]);
});

test('a build that does not end is stopped after all its time, and counts as out of time', async () => {
  bakeryWhere((run) => ({ status: 'SUCCEEDED', durationMs: run.timeoutInMinutes * minuteMs }));
  const { codebuild } = bakery;
  bakery.push(platform, platformFiles());
  // Its runner never comes back: the time passes with nothing of it due.
  await bakery.aws.scheduler.settle({ horizonMs: 30 * minuteMs, maxWaitMs: 20_000 });
  const at = { account: platform, region, caller: 'test' };
  const ids = codebuild.ListBuildsForProject({ projectName: 'bakery-packer' }, at).ids!;
  const hung = codebuild
    .BatchGetBuilds({ ids }, at)
    .builds!.find(({ buildStatus }) => buildStatus === 'IN_PROGRESS')!;
  hung.startTime = new Date(bakery.clock.now() - 101 * minuteMs);
  const report = await invoke({ dryRun: true });
  expect(report.builds).toMatchObject([{ buildId: hung.id, outcome: 'found' }]);
  expect((await scheduled()).builds).toMatchObject([{ buildId: hung.id, outcome: 'done' }]);
  await bakery.aws.scheduler.settle({ horizonMs: minuteMs, maxWaitMs: 20_000 });
  expect(codebuild.BatchGetBuilds({ ids: [hung.id!] }, at).builds![0]!.buildStatus).toBe('STOPPED');
  const { images } = await bakery.report(platform);
  const failure = images.find(({ image }) => image === 'web/x86_64')?.failure;
  expect(failure).toMatchObject({ class: 'timed-out' });
  expect((await scheduled()).builds).toEqual([]);
});

test.each([[{ dryRun: 'yes' }], [{ most: 0 }], [{ delete: 'everything' }], ['now'], [undefined]])(
  'an event that is neither a schedule nor a request does nothing: %j',
  async (event) => {
    bakeryWhere(leaveEverything).push(platform, platformFiles());
    await bakery.settle();
    await bakery.pass(hourMs);
    expect(await invoke(event as object)).toBeUndefined();
    expect(removals()).toEqual([]);
  },
);

test('of very many bakes each gets its turn, some hundred lookups a run', async () => {
  bakeryWhere(leaveEverything);
  const at = { account: platform, region, caller: 'packer' };
  for (let number = 0; number < 900; number += 1) {
    const bake = `b-01jd${String(number).padStart(22, '0')}`;
    const Tags = Object.entries({ bakery: 'platform', 'bakery:image': 'web/x86_64', 'bakery:bake': bake });
    bakery.aws.ec2.CreateSecurityGroup(
      {
        GroupName: `packer_${number}`,
        Description: 'Temporary group for Packer',
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: Tags.map(([Key, Value]) => ({ Key, Value })) },
        ],
      },
      at,
    );
  }
  const found = new Set<string>();
  for (let hour = 0; hour < 4; hour += 1) {
    const { leftovers, kept } = await invoke({ dryRun: true });
    expect(leftovers).toHaveLength(500);
    expect(kept).toMatchObject([{ code: 'not-looked-up', count: 400 }]);
    for (const { id } of leftovers) found.add(id);
    await bakery.pass(hourMs);
  }
  expect(found.size).toBe(900);
});
