import { setTimeout as sleep } from 'node:timers/promises';
import { activityText } from '../../../src/cli/activity';
import { housekeepingTeller } from '../../../src/cli/housekeeping';
import { dayMs, hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { accounts, region } from '../../../src/local/bakery/deployment';
import { keepRunning } from '../../../src/local/bakery/keep-running';
import type { LocalBakery } from '../../../src/local/bakery/local-bakery';
import { makeScratch } from '../../../src/local/bakery/scratch';
import type { ImageRepo } from '../../../src/local/tour/image-repo';
import { startTour } from '../../../src/local/tour/start-tour';

const { platform } = accounts;
const site = { account: platform, region, caller: 'packer' };

/** What `bakery up` does, with a clock that can be moved on. */
describe('a local bakery that is left running', () => {
  const scratch = makeScratch();
  const shown: string[] = [];
  const broken: string[] = [];
  let bakery: LocalBakery;
  let repo: ImageRepo;
  let life: ReturnType<typeof keepRunning>;

  beforeAll(async () => {
    const housekeeping = housekeepingTeller();
    const { setting } = await startTour(
      {
        scratch,
        searchPath: process.env['PATH'] ?? '',
        seed: 5,
        keepRecords: false,
        onLine: (line) => {
          const text = activityText(line) ?? housekeeping(line);
          if (text !== undefined) shown.push(text);
        },
      },
      (made) => (bakery = made),
    );
    ({ repo } = setting);
    await repo.editBakeryYml((document) => {
      // No night in between: what is seen is what the schedules do.
      document.deleteIn(['defaults', 'rebake']);
      document.setIn(['images', 'web', 'retain'], { count: 1 });
    });
    await repo.push('First images');
    await bakery.settle();
    await repo.edit('web/install.sh', (text) => `${text}# changed\n`);
    await repo.push('Change web');
    await bakery.settle();
    shown.splice(0);
    life = keepRunning(bakery, {
      tickMinutes: 5,
      broken: (label, error) => broken.push(`${label}: ${String(error)}`),
    });
  }, 120_000);
  afterAll(async () => {
    await life?.stop();
    await bakery?.close();
    await scratch.remove();
  });

  const invoked = (name: string) =>
    bakery.aws.functions.invocations
      .filter(({ functionName, attempt }) => functionName === name && attempt === 1)
      .map(({ account, error }) => (error === undefined ? account : `${account} failed`));
  const until = async (what: () => boolean) => {
    for (let tries = 0; !what(); tries += 1) {
      if (tries > 200) throw new Error(`it never came to that; it said:\n${shown.join('\n')}`);
      await sleep(50);
    }
    await bakery.settle();
  };
  const webs = () =>
    (bakery.aws.ec2.DescribeImages({ Owners: ['self'] }, { ...site, caller: 'test' }).Images ?? [])
      .filter(({ Tags }) => Tags?.some(({ Key, Value }) => Key === 'bakery:image' && Value === 'web/x86_64'))
      .sort((a, b) => (a.CreationDate! < b.CreationDate! ? -1 : 1));
  const snapshotsOf = (image: ReturnType<typeof webs>[number]) => {
    const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    const all = bakery.aws.ec2.DescribeSnapshots({ OwnerIds: ['self'] }, site).Snapshots ?? [];
    return { ids, there: all.flatMap(({ SnapshotId }) => SnapshotId ?? []).filter((id) => ids.includes(id)) };
  };

  test('removes what a killed build left, after an hour and not before, and says so', async () => {
    const [, newest] = webs();
    const Tags = newest!.Tags ?? [];
    const InstanceId = bakery.aws.ec2.RunInstances(
      {
        ImageId: newest!.ImageId!,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      },
      site,
    ).Instances![0]!.InstanceId!;
    const made = bakery.aws.ec2.CreateImage(
      {
        InstanceId,
        Name: 'half-made',
        TagSpecifications: [
          { ResourceType: 'image', Tags },
          { ResourceType: 'snapshot', Tags },
        ],
      },
      site,
    ).ImageId!;
    const leftAmi = webs().find(({ ImageId }) => ImageId === made)!;
    expect(snapshotsOf(leftAmi).there).toHaveLength(snapshotsOf(leftAmi).ids.length);
    expect(snapshotsOf(leftAmi).ids).not.toEqual([]);

    const ticks = invoked('tick').length;
    bakery.clock.advance(58 * minuteMs);
    await until(() => invoked('tick').length > ticks);
    expect(invoked('janitor')).toEqual([]);
    expect(webs()).toHaveLength(3);

    bakery.clock.advance(2 * minuteMs);
    await until(() => invoked('janitor').length > 0);
    // Of the two bakeries; the consumer has nothing to be left.
    expect(invoked('janitor')).toEqual([platform, accounts.shop]);
    expect(webs().map(({ ImageId }) => ImageId)).not.toContain(made);
    expect(webs()).toHaveLength(2);
    expect(snapshotsOf(leftAmi).there).toEqual([]);
    expect(shown.map((line) => line.replace(/: bake .*/, ''))).toEqual([
      `removed: instance ${InstanceId}`,
      `removed: image ${made}`,
      ...snapshotsOf(leftAmi).ids.map((id) => `removed: snapshot ${id}`),
    ]);
  }, 30_000);

  test('says nothing in an hour in which nothing is left', async () => {
    shown.splice(0);
    const before = invoked('janitor').length;
    bakery.clock.advance(hourMs);
    await until(() => invoked('janitor').length > before);
    expect(invoked('janitor')).toHaveLength(before + 2);
    expect(shown).toEqual([]);
  }, 30_000);

  test('deprecates after a day what bakery.yml no longer keeps', async () => {
    const [old, newest] = webs();
    expect(invoked('retire')).toEqual([]);
    bakery.clock.advance(dayMs - 2 * hourMs);
    await until(() => invoked('retire').length > 0);
    expect(invoked('retire')).toEqual([platform, accounts.shop]);
    expect(webs().map(({ ImageId, DeprecationTime }) => [ImageId, DeprecationTime !== undefined])).toEqual([
      [old!.ImageId, true],
      [newest!.ImageId, false],
    ]);
    expect(shown).toEqual([expect.stringMatching(/^retention: web\/x86_64: b-\w+ ready → deprecated: /)]);
  }, 30_000);

  test('was never broken', () => {
    expect(broken).toEqual([]);
    expect(bakery.aws.functions.failures).toEqual([]);
  });
});
