import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CallLog } from '../../src/local/aws/call-log';
import { Chance } from '../../src/local/aws/chance';
import { ShiftedClock } from '../../src/local/aws/clock';
import { LocalEc2 } from '../../src/local/aws/ec2/local-ec2';
import { Faults } from '../../src/local/aws/faults';
import { LocalScheduler } from '../../src/local/aws/local-scheduler';
import { LocalServices } from '../../src/local/aws/registry';
import { LocalRunCommand } from '../../src/local/aws/ssm-run-command';
import type { CommandEnd, RunCommandOptions, SentCommand } from '../../src/local/aws/ssm-run-command';
import { LocalCodeBuild } from '../../src/local/builds/codebuild';
import { ProcessRunner } from '../../src/local/builds/process-runner';
import { RepoStore } from '../../src/local/git/repo-store';
import { createPackerBench } from '../../src/local/packer/bench';
import { testBuildspecFile } from '../../scripts/generated/buildspec-file';
import { projectName } from '../local/builds/local-codebuild';
import { at, searchPath, temporaryFolder, writeFiles } from '../local/git/local-world';

export const candidate = 'ami-0123456789abcdef0';

/** What a test build exports, as the bakery reads it. */
export interface Ended {
  status: string | undefined;
  exported: Record<string, string>;
  report: {
    instanceId?: string;
    checks: { name: string; status: string; ms: number; lines?: string[] }[];
  };
  output: string;
}

const variables = (more: Record<string, string>, contract: object): Record<string, string> => ({
  BAKE_ID: 'b-01',
  CANDIDATE_AMI: candidate,
  BAKERY_IMAGE: 'web/x86_64',
  BAKERY_ROOT: '',
  BAKERY_TEST: 'checks',
  BAKERY_CONTRACT: JSON.stringify({
    region: at.region,
    instance_type: 'm7i.large',
    iam_instance_profile: 'packer-build',
    subnet_id: 'subnet-0a',
    tags: { bakery: 'platform', CostCenter: '4711' },
    ...contract,
  }),
  ...more,
});

/** As the buildspec unpacks it. */
function testProgram(): string {
  const [, encoded = ''] = /<<'PROGRAM'\n([^]*?)\n *PROGRAM\n/.exec(testBuildspecFile.text()) ?? [];
  return Buffer.from(encoded, 'base64').toString();
}

/** The bakery's real test build, in a child process of the local CodeBuild, against the local EC2 and Run Command. */
export async function testBuilds(
  files: Record<string, string>,
  ending: (command: SentCommand) => CommandEnd,
  options: Partial<RunCommandOptions> = {},
) {
  const clock = new ShiftedClock();
  const scheduler = new LocalScheduler(clock);
  const world = { clock, scheduler, chance: new Chance(1), events: { put: () => undefined } };
  const ec2 = new LocalEc2(world);
  const amazon = { region: at.region, owner: '137112412989' };
  ec2.seedPublicImage({ ...amazon, amiId: candidate, name: 'al2023' });
  ec2.seedSubnet(at, { subnetId: 'subnet-0a', vpcId: 'vpc-0a' });
  ec2.seedSecurityGroup(at, { groupId: 'sg-0a', vpcId: 'vpc-0a', name: 'tests' });
  const sent: SentCommand[] = [];
  const log = new CallLog();
  const faults = new Faults();
  const services = new LocalServices(world, log, faults);
  services.register('EC2', ec2);
  const runCommand = new LocalRunCommand(world, {
    instance: (place, id) => ec2.instance(place, id),
    ending: (command) => {
      sent.push(command);
      return ending(command);
    },
    ...options,
  });
  services.register('SSM', runCommand.operations());
  const bench = createPackerBench({ call: services.call.bind(services) });
  await bench.start();
  const repos = new RepoStore(world, { root: await temporaryFolder(), searchPath });
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'bakery.yml': '', ...files });
  await repos.createRepo({ ...at, name: 'images', from: { folder } });
  let output = '';
  const runner = new ProcessRunner(world, {
    root: await temporaryFolder(),
    repos,
    searchPath,
    onOutput: (_id, text) => (output += text),
    benchEnvironment: (build) => bench.environmentFor(build),
  });
  const codebuild = new LocalCodeBuild(world, { runner });
  const location = 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/images';
  const buildspec = testBuildspecFile.text();
  codebuild.putProject(at, { name: projectName, source: { type: 'CODECOMMIT', location, buildspec } });

  const run = async (more: Record<string, string> = {}, contract: object = {}): Promise<Ended> => {
    output = '';
    const environment = variables(more, contract);
    const environmentVariablesOverride = Object.entries(environment).map(([name, value]) => ({
      name,
      value,
    }));
    const { build } = codebuild.StartBuild(
      { projectName, sourceVersion: 'main', environmentVariablesOverride },
      at,
    );
    await scheduler.settle({ maxWaitMs: 60_000 });
    const ended = codebuild.BatchGetBuilds({ ids: [build?.id ?? ''] }, at).builds?.[0];
    const exported = Object.fromEntries(
      (ended?.exportedEnvironmentVariables ?? []).map(({ name = '', value = '' }) => [name, value]),
    );
    const report = JSON.parse(exported['TEST_REPORT'] || '{"checks":[]}') as Ended['report'];
    return { status: ended?.buildStatus, exported, report, output };
  };
  /** The program of the buildspec by itself, so that it can be sent signals. Answers what it exports in the end. */
  const start = async (
    hear: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
    more: { environment?: Record<string, string>; contract?: object } = {},
  ): Promise<string> => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { ...files, 'test.mjs': testProgram() });
    const { env } = await bench.environmentFor({ ...at, bakeId: 'b-01', workDir: folder });
    const node = (args: string[], onLine: (line: string, child: ChildProcess) => void): Promise<void> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [join(folder, 'test.mjs'), ...args], {
          cwd: folder,
          env: { ...env, ...variables(more.environment ?? {}, more.contract ?? {}) },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        createInterface({ input: child.stdout }).on('line', (line) => onLine(line, child));
        child.once('close', () => resolve());
      });
    await node(['test', join(folder, 'out')], (line, child) => hear(line, (signal) => child.kill(signal)));
    let exported = '';
    await node(['exports', join(folder, 'out')], (line) => (exported += `${line}\n`));
    return exported;
  };
  const instances = () =>
    ec2.DescribeInstances({}, at).Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
  return {
    run,
    start,
    sent,
    log,
    faults,
    instances,
    /** Those that cost money. */
    running: () => instances().filter(({ State }) => !/terminated|shutting-down/.test(State?.Name ?? '')),
    close: async () => {
      await codebuild.close();
      await bench.stop();
    },
  };
}
