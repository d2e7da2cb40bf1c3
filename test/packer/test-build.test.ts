import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsFailure, internalFailure, throttled } from '../../src/local/aws/failure';
import type { Fault } from '../../src/local/aws/faults';
import type { CommandEnd } from '../../src/local/aws/ssm-run-command';
import { searchPath, temporaryFolder, writeFiles } from '../local/git/local-world';
import { candidate, testBuilds } from './test-build';

const passes: CommandEnd = { exitCode: 0, output: 'none\n' };
const fault = (operation: string, more: Partial<Fault>): Fault => ({
  label: operation,
  when: (call) => call.operation === operation,
  ...more,
});
const checks = { 'checks/a.sh': 'exit 0', 'checks/b.sh': 'exit 0', 'checks/README.md': 'no check' };
let world: Awaited<ReturnType<typeof testBuilds>>;
afterEach(async () => world.close());

it('launches the candidate, runs every check on it, terminates it, and reports', async () => {
  world = await testBuilds(checks, () => passes);
  const { status, exported, report, output } = await world.run();
  expect(output).toContain('test: passed');
  expect(status).toBe('SUCCEEDED');
  expect(exported).toMatchObject({ TEST_RESULT: 'passed', FAILURE_CLASS: '', FAILURE_LINES: '' });
  expect(report.checks).toEqual([
    { name: 'a.sh', status: 'passed', ms: expect.any(Number), lines: ['none'] },
    { name: 'b.sh', status: 'passed', ms: expect.any(Number), lines: ['none'] },
  ]);
  const [instance, ...others] = world.instances();
  expect(others).toEqual([]);
  expect(instance).toMatchObject({
    InstanceId: report.instanceId,
    ImageId: candidate,
    InstanceType: 'm7i.large',
    SubnetId: 'subnet-0a',
    State: { Name: 'terminated' },
    MetadataOptions: { HttpTokens: 'required' },
    IamInstanceProfile: { Arn: expect.stringMatching(/instance-profile\/packer-build$/) },
  });
  expect(instance?.Tags).toEqual(
    expect.arrayContaining([
      { Key: 'bakery', Value: 'platform' },
      { Key: 'CostCenter', Value: '4711' },
      { Key: 'bakery:bake', Value: 'b-01' },
      { Key: 'bakery:purpose', Value: 'test' },
    ]),
  );
});

it('asks for an instance that ends itself, tagged with its volumes from the first moment', async () => {
  world = await testBuilds(checks, () => passes);
  await world.run(
    { BAKERY_TEST_MINUTES: '15' },
    { associate_public_ip_address: 'false', security_group_id: 'sg-0a' },
  );
  const launch = world.log.records.find(({ operation }) => operation === 'RunInstances');
  const asked = launch?.input as Record<string, unknown>;
  expect(asked).toMatchObject({
    InstanceInitiatedShutdownBehavior: 'terminate',
    ClientToken: expect.stringMatching(/^test-[0-9a-f]{40}$/),
    NetworkInterfaces: [
      { DeviceIndex: 0, SubnetId: 'subnet-0a', Groups: ['sg-0a'], AssociatePublicIpAddress: false },
    ],
    TagSpecifications: [{ ResourceType: 'instance' }, { ResourceType: 'volume' }],
  });
  expect(Buffer.from(String(asked['UserData']), 'base64').toString()).toMatch(
    /^#cloud-config\n\{"runcmd":\[\["shutdown","-P","\+25"/,
  );
});

it('a check that fails fails the candidate, whatever the others say; its last lines are kept without secrets', async () => {
  world = await testBuilds(checks, ({ comment }) =>
    comment === 'a.sh' ? { exitCode: 1, output: 'looked\npassword=hunter2hunter2\nit is broken\n' } : passes,
  );
  const { status, exported, report, output } = await world.run();
  expect(status).toBe('FAILED');
  expect(exported).toMatchObject({ TEST_RESULT: 'failed', FAILURE_CLASS: 'script' });
  expect(exported['FAILURE_LINES']).toBe(
    'a.sh: looked\na.sh: password=****\na.sh: it is broken\na.sh: failed',
  );
  expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
    ['a.sh', 'failed'],
    ['b.sh', 'passed'],
  ]);
  expect(output).not.toContain('hunter2');
  expect(world.running()).toEqual([]);
});

it.each([
  ['77: does not apply, the others decide', [77, 0], 'passed', ['skipped', 'passed'], ''],
  ['77 of all: nothing was tested', [77, 77], 'error', ['skipped', 'skipped'], 'template'],
  ['any other code: failed, and said', [127, 0], 'failed', ['failed', 'passed'], 'script'],
])('exit code %s', async (_what, codes, result, statuses, failureClass) => {
  world = await testBuilds(checks, ({ comment }) => ({
    exitCode: comment === 'a.sh' ? codes[0] : codes[1],
    output: '',
  }));
  const { exported, report } = await world.run();
  expect(exported).toMatchObject({ TEST_RESULT: result, FAILURE_CLASS: failureClass });
  expect(report.checks.map(({ status }) => status)).toEqual(statuses);
});

it('what runs on the instance is the check, by its own interpreter, told of the image', async () => {
  const text = '#!/bin/bash -e\n# it\'s odd: $HOME "x" %s\nexit 0\n';
  world = await testBuilds({ 'checks/odd.sh': text, 'checks/w.ps1': 'exit 0' }, () => passes);
  await world.run();
  const [odd, windows] = ['odd.sh', 'w.ps1'].map((name) =>
    world.sent.find(({ comment }) => comment === name),
  );
  expect(odd?.document).toBe('AWS-RunShellScript');
  const [, encoded = ''] = /printf %s '([^']+)' \| base64 -d/.exec(odd?.text ?? '') ?? [];
  expect(Buffer.from(encoded, 'base64').toString()).toBe(text);
  expect(odd?.text).toContain(
    "IMAGE_STATE='booted' BAKE_ID='b-01' BAKERY_IMAGE='web/x86_64' /bin/bash -e \"$f\"",
  );
  expect(windows?.document).toBe('AWS-RunPowerShellScript');
});

it('four checks at a time', async () => {
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`checks/${n}.sh`, 'exit 0']));
  let now = 0;
  let most = 0;
  world = await testBuilds(
    many,
    () => {
      most = Math.max(most, (now += 1));
      setTimeout(() => (now -= 1), 300);
      return passes;
    },
    { commandMs: 300 },
  );
  expect((await world.run()).report.checks).toHaveLength(10);
  expect(most).toBe(4);
});

it('a check that hangs is ended with the test, and fails it', async () => {
  world = await testBuilds(checks, ({ comment }) =>
    comment === 'a.sh' ? { exitCode: undefined, output: '' } : passes,
  );
  const { exported, report } = await world.run({ BAKERY_TEST_MINUTES: '0.05' });
  expect(exported).toMatchObject({ TEST_RESULT: 'failed', FAILURE_CLASS: 'script' });
  expect(report.checks.map(({ status }) => status)).toEqual(['timed-out', 'passed']);
  expect(world.running()).toEqual([]);
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s ends the test, and its instance first', async (signal) => {
  world = await testBuilds(checks, () => ({ exitCode: undefined, output: '' }));
  const exported = await world.start((line, kill) => {
    if (line.includes('answers after')) kill(signal);
  });
  expect(exported).toContain("TEST_RESULT='error'");
  expect(exported).toContain(signal);
  expect(world.instances()).toHaveLength(1);
  expect(world.running()).toEqual([]);
});

describe('an error is no verdict on the candidate, and leaves no instance', () => {
  it.each([
    ['no capacity', 'RunInstances', 'InsufficientInstanceCapacity', 'capacity'],
    ['a right that is missing', 'RunInstances', 'UnauthorizedOperation', 'template'],
    ['an agent that cannot be commanded', 'SendCommand', 'InvalidInstanceId', 'network'],
  ])('%s', async (_what, operation, name, failureClass) => {
    world = await testBuilds(checks, () => passes);
    world.faults.add(fault(operation, { before: () => new AwsFailure(name, 'no') }));
    const { status, exported } = await world.run();
    expect(status).toBe('FAILED');
    expect(exported).toMatchObject({ TEST_RESULT: 'error', FAILURE_CLASS: failureClass });
    expect(exported['FAILURE_LINES']).toContain(name);
    expect(world.running()).toEqual([]);
  });

  it.each([
    ['no folder of checks', { BAKERY_TEST: 'gone' }, /no such folder/],
    ['a folder without a check', { BAKERY_TEST: 'empty' }, /holds no check/],
    ['no candidate', { CANDIDATE_AMI: 'ami-1' }, /CANDIDATE_AMI/],
    ['an AMI that is gone', { CANDIDATE_AMI: 'ami-0fffffffffffffff0' }, /ami-0fffffffffffffff0/],
    ['a broken contract', { BAKERY_CONTRACT: '{' }, /BAKERY_CONTRACT/],
    ['a folder outside of the repo', { BAKERY_TEST: '../..' }, /outside|no such folder/],
  ])('%s', async (_what, variables, says) => {
    world = await testBuilds({ ...checks, 'empty/README.md': '' }, () => passes);
    const { exported } = await world.run(variables);
    expect(exported).toMatchObject({ TEST_RESULT: 'error', FAILURE_CLASS: 'template' });
    expect(exported['FAILURE_LINES']).toMatch(says);
    expect(world.instances()).toEqual([]);
  });
});

it('throttling is waited out; an answer to the launch that got lost launches nothing twice', async () => {
  world = await testBuilds(checks, () => passes);
  world.faults.add(fault('DescribeInstanceInformation', { before: throttled, times: 1 }));
  world.faults.add(fault('RunInstances', { after: internalFailure, times: 1 }));
  expect((await world.run()).exported['TEST_RESULT']).toBe('passed');
  expect(world.instances()).toHaveLength(1);
  expect(world.running()).toEqual([]);
});

it('an instance whose agent never reports is no verdict either, and says what it takes', async () => {
  world = await testBuilds(checks, () => passes, { reports: () => false });
  const { exported } = await world.run({ BAKERY_TEST_MINUTES: '0.03' });
  expect(exported).toMatchObject({ TEST_RESULT: 'error', FAILURE_CLASS: 'network' });
  expect(exported['FAILURE_LINES']).toMatch(/could not be reached .*AmazonSSMManagedInstanceCore/);
  expect(world.running()).toEqual([]);
});

describe('without an instance profile, where bakes go by SSH', () => {
  const contract = { iam_instance_profile: '', ssh_interface: 'private_ip' };

  /** A client that "logs in" to this machine and runs what it is sent here, or that nobody answers. */
  async function client(answers: boolean) {
    const bin = await temporaryFolder();
    const script = answers ? 'exec /bin/sh -s' : 'echo "connect to host: timed out" >&2; exit 255';
    await writeFiles(bin, { ssh: `#!/bin/sh\necho "$*" >> ${bin}/log\n${script}\n` });
    await chmod(join(bin, 'ssh'), 0o755);
    return { PATH: `${bin}:${searchPath}`, log: join(bin, 'log') };
  }

  it('checks run over SSH, with a key of this test that came in by user data', async () => {
    world = await testBuilds(
      {
        'checks/a.sh': 'echo "told: $BAKE_ID"\nread -r x || echo "no input"',
        'checks/b.sh': 'echo broken; exit 1',
        'checks/c.sh': 'exit 77',
      },
      () => passes,
    );
    const { PATH, log } = await client(true);
    const exported = await world.start(() => undefined, { environment: { PATH }, contract });
    expect(exported).toContain("TEST_RESULT='failed'");
    const [, json = ''] = /^export TEST_REPORT='(.*)'$/m.exec(exported) ?? [];
    expect((JSON.parse(json) as { checks: object[] }).checks).toMatchObject([
      { name: 'a.sh', status: 'passed', lines: ['no input'] },
      { name: 'b.sh', status: 'failed', lines: ['broken'] },
      { name: 'c.sh', status: 'skipped' },
    ]);
    expect(world.sent).toEqual([]);
    const [instance] = world.instances();
    expect(await readFile(log, 'utf8')).toContain(`bakery-test@${instance?.PrivateIpAddress} sudo -n sh -s`);
    const launch = world.log.records.find(({ operation }) => operation === 'RunInstances')?.input as {
      UserData: string;
    };
    expect(Buffer.from(launch.UserData, 'base64').toString()).toMatch(
      /"ssh_authorized_keys":\["ssh-ed25519 AAAA[^"]+"\]/,
    );
    expect(world.running()).toEqual([]);
  });

  it('an instance that lets nobody in is no verdict, and says what it takes', async () => {
    world = await testBuilds(checks, () => passes);
    const { PATH } = await client(false);
    const environment = { PATH, BAKERY_TEST_MINUTES: '0.02' };
    const exported = await world.start(() => undefined, { environment, contract });
    expect(exported).toContain("TEST_RESULT='error'");
    expect(exported).toMatch(/FAILURE_CLASS='network'[^]*port 22/);
    expect(world.running()).toEqual([]);
  });
});
