import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CallLog } from '../../src/local/aws/call-log';
import { Chance } from '../../src/local/aws/chance';
import { ShiftedClock } from '../../src/local/aws/clock';
import { LocalEc2 } from '../../src/local/aws/ec2/local-ec2';
import { Faults } from '../../src/local/aws/faults';
import { LocalScheduler } from '../../src/local/aws/local-scheduler';
import { LocalRunCommand } from '../../src/local/aws/ssm-run-command';
import { checkVerdict } from '../../src/local/packer/check-verdict';
import { LocalServices } from '../../src/local/aws/registry';
import { LocalSts } from '../../src/local/aws/sts';
import { LocalCodeBuild } from '../../src/local/builds/codebuild';
import { ProcessRunner } from '../../src/local/builds/process-runner';
import { RepoStore } from '../../src/local/git/repo-store';
import { createPackerBench, findPacker } from '../../src/local/packer/bench';
import type { PackerBench } from '../../src/local/packer/bench';
import { buildspecFile, testBuildspecFile } from '../../scripts/generated/buildspec-file';
import { at, searchPath, temporaryFolder } from '../local/git/local-world';
import { projectName } from '../local/builds/local-codebuild';

const amazonLinux = 'ami-0123456789abcdef0';
let bench: PackerBench;
let bake: (
  image: string,
  more: Record<string, string>,
  contract: Record<string, unknown>,
  repo?: 'platform' | 'app' | 'broken',
) => Promise<{
  status: string | undefined;
  exported: Record<string, string>;
  output: string;
}>;
let ec2: LocalEc2;
let codebuild: LocalCodeBuild;

beforeAll(async () => {
  const clock = new ShiftedClock();
  const scheduler = new LocalScheduler(clock);
  const world = { clock, scheduler, chance: new Chance(1), events: { put: () => undefined } };
  ec2 = new LocalEc2(world);
  ec2.seedPublicImage({
    region: at.region,
    amiId: amazonLinux,
    name: 'al2023-ami-2023',
    owner: '137112412989',
  });
  ec2.seedSubnet(at, { subnetId: 'subnet-0a', vpcId: 'vpc-0a' });
  const services = new LocalServices(world, new CallLog(), new Faults());
  services.register('EC2', ec2);
  services.register('STS', new LocalSts(world));
  const runCommand = new LocalRunCommand(world, {
    instance: (place, id) => ec2.instance(place, id),
    ending: (command) => {
      const bakeId = command.instance.Tags?.find(({ Key }) => Key === 'bakery:bake')?.Value ?? '';
      return checkVerdict(command, bench.recorded(bakeId));
    },
  });
  services.register('SSM', runCommand.operations());
  const realPacker = await findPacker(searchPath);
  bench = createPackerBench({ call: services.call.bind(services), realPacker });
  await bench.start();
  const repos = new RepoStore(world, { root: await temporaryFolder(), searchPath });
  for (const repo of ['platform', 'app']) {
    const folder = join(import.meta.dirname, '../../packer', repo);
    await repos.createRepo({ ...at, name: repo, from: { folder } });
  }
  const broken = await temporaryFolder();
  await cp(join(import.meta.dirname, '../../packer/platform'), broken, { recursive: true });
  await appendFile(join(broken, 'base-al2023/install.sh'), 'sudo chmod -R a+w /srv\n');
  await repos.createRepo({ ...at, name: 'broken', from: { folder: broken } });
  const logs = new Map<string, string>();
  const runner = new ProcessRunner(world, {
    root: await temporaryFolder(),
    repos,
    searchPath,
    onOutput: (id, text) => logs.set(id, (logs.get(id) ?? '') + text),
    benchEnvironment: (build) => bench.environmentFor(build),
  });
  codebuild = new LocalCodeBuild(world, { runner });
  bake = async (image, more, contract, repo = image === 'shop' ? 'app' : 'platform') => {
    const location = `https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/${repo}`;
    const buildspec = (more.CANDIDATE_AMI === undefined ? buildspecFile : testBuildspecFile).text();
    codebuild.putProject(at, { name: projectName, source: { type: 'CODECOMMIT', location, buildspec } });
    const environment: Record<string, string> = {
      BAKE_ID: `b-${image}`,
      BAKERY_IMAGE: `${image}/x86_64`,
      BAKERY_ROOT: '',
      BAKERY_TEMPLATE: image,
      BAKERY_INPUTS: JSON.stringify([image, 'common', 'checks']),
      BAKERY_ONLY: '[]',
      BAKERY_VARIABLES: '{}',
      BAKERY_CONTRACT: JSON.stringify({
        ami_name: `${image}-b`,
        bake_id: `b-${image}`,
        region: at.region,
        instance_type: 'm7i.large',
        vpc_id: 'vpc-0a',
        subnet_id: 'subnet-0a',
        timeout_minutes: '60',
        tags: { CostCenter: '4711' },
        ...contract,
      }),
      ...more,
    };
    const environmentVariablesOverride = Object.entries(environment).map(([name, value]) => ({
      name,
      value,
    }));
    const { build } = codebuild.StartBuild(
      { projectName, sourceVersion: 'main', environmentVariablesOverride },
      at,
    );
    await scheduler.settle({ maxWaitMs: 50_000 });
    const ended = codebuild.BatchGetBuilds({ ids: [build?.id ?? ''] }, at).builds?.[0];
    const exported = (ended?.exportedEnvironmentVariables ?? []).map(({ name = '', value = '' }) => [
      name,
      value,
    ]);
    return {
      status: ended?.buildStatus,
      exported: Object.fromEntries(exported) as Record<string, string>,
      output: logs.get(build?.id ?? '') ?? '',
    };
  };
});
afterAll(async () => {
  await codebuild.close();
  await bench.stop();
});

it('the images of both starter repos are baked on one another, tagged, and leave no instance', async () => {
  const ami = (exported: Record<string, string>) => exported.AMIS?.replace('eu-west-1:', '') ?? '';
  const base = await bake('base-al2023', {}, { source_ami: amazonLinux });
  expect(base.output).toContain('bake: made eu-west-1:ami-');
  expect(base.exported).toMatchObject({ FAILURE_CLASS: '', FAILURE_LINES: '' });
  const told = gunzipSync(Buffer.from(base.exported.PACKAGES ?? '', 'base64')).toString();
  expect(told).toMatch(/^amazon-cloudwatch-agent [^\n]+\nbash [^\n]+\nchrony /);

  const source_ami = ami(base.exported);
  const web = await bake('web', { BAKERY_VARIABLES: '{"nginx_version":"1.28"}' }, { source_ami });
  const batch = await bake(
    'batch',
    {
      BAKERY_TEMPLATE: 'batch/packer.json',
      BAKERY_INPUTS: '["batch/packer.json","common","checks","batch/install.sh"]',
      BAKERY_ONLY: '["batch"]',
    },
    { source_ami },
  );
  const shop = await bake('shop', { BAKERY_INPUTS: '["shop","checks"]' }, { source_ami });
  expect([web.output, batch.output, shop.output]).toEqual(
    Array(3).fill(expect.stringContaining('bake: made eu-west-1:ami-')),
  );

  const hashes = [base, web, batch, shop].map(({ exported }) => exported.PACKAGES_HASH);
  expect(new Set(hashes).size).toBe(4);
  for (const [name, { exported }] of Object.entries({ web, batch, shop })) {
    const [image] = ec2.DescribeImages({ ImageIds: [ami(exported)] }, at).Images ?? [];
    expect(image).toMatchObject({ Name: `${name}-b`, SourceImageId: source_ami });
    expect(image?.Tags).toContainEqual({ Key: 'bakery:bake', Value: `b-${name}` });
  }
  const instances =
    ec2.DescribeInstances({}, at).Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
  expect(instances.filter(({ State }) => !/terminated|shutting-down/.test(State?.Name ?? ''))).toEqual([]);
}, 240_000);

it('a new package in the repositories is another list, the same packages are the same one', async () => {
  let nights = 0;
  const hash = async () => {
    const night = { source_ami: amazonLinux, ami_name: `night-${++nights}` };
    return (await bake('base-al2023', {}, night)).exported.PACKAGES_HASH;
  };
  const first = await hash();
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await hash()).toBe(first);
  bench.packages.publish('openssl', '1:3.2.2-2.amzn2023.x86_64');
  expect(await hash()).not.toBe(first);
}, 180_000);

it.each([
  ['platform', 'passed', ''],
  ['broken', 'failed', 'no-world-writable-files.sh: the bake ran: sudo chmod -R a+w /srv'],
] as const)(
  "a base of the repo %s, tested by the starter's checks: %s",
  async (repo, result, says) => {
    const id = { BAKE_ID: `b-${repo}` };
    const names = { source_ami: amazonLinux, ami_name: `tested-${repo}`, bake_id: id.BAKE_ID };
    const made = await bake('base-al2023', id, names, repo);
    const CANDIDATE_AMI = made.exported.AMIS?.replace('eu-west-1:', '') ?? '';
    const { exported, output } = await bake(
      'base-al2023',
      { ...id, CANDIDATE_AMI, BAKERY_TEST: 'checks' },
      names,
      repo,
    );
    expect(output).toContain('recorded, not run');
    expect(exported.TEST_RESULT).toBe(result);
    expect(exported.FAILURE_LINES).toContain(says);
    const report = JSON.parse(exported.TEST_REPORT ?? '') as { checks: { name: string; status: string }[] };
    expect(report.checks).toHaveLength(8);
    expect(report.checks.filter(({ status }) => status !== 'passed').map(({ name }) => name)).toEqual(
      says === '' ? [] : ['no-world-writable-files.sh'],
    );
  },
  120_000,
);

it('a file that is read but not declared fails the bake', async () => {
  const { status, exported } = await bake(
    'web',
    { BAKERY_INPUTS: '["web","checks"]', BAKERY_VARIABLES: '{"nginx_version":"1"}' },
    {
      source_ami: amazonLinux,
    },
  );
  expect(status).toBe('FAILED');
  expect(exported.FAILURE_CLASS).toBe('template');
  expect(exported.FAILURE_LINES).toContain('common/');
}, 60_000);
