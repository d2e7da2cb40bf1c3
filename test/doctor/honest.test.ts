import { AwsFailure } from '../../src/local/aws/failure';
import { readActions, readOnlyPolicy } from '../../src/lib/doctor/read-only-policy';
import { accounts } from '../support/memory-bakery';
import { HealthyWorld, farRegion } from './healthy-world';

let world: HealthyWorld;
beforeEach(async () => {
  world = await HealthyWorld.make();
});
afterEach(() => world.made.close());

const denied = () => new AwsFailure('AccessDeniedException', 'User is not authorized', 403);

/** As the policy's table names them. */
const asNeeded = (call: string): string => call.replace(/^(\w+)\./, (service) => service.toLowerCase());

describe('it changes nothing', () => {
  test('only operations are called that read, and all of them are in the policy that it prints', async () => {
    const before = JSON.stringify(await world.made.report(accounts.platform));
    for (const account of Object.values(accounts)) await world.diagnose(account);
    const calls = [...new Set(world.calls())];
    expect(calls.length).toBeGreaterThan(20);
    expect(calls.filter((call) => !/\.(BatchGet|Describe|Get|List|Query|Simulate)/.test(call))).toEqual([]);
    expect(calls.map(asNeeded).filter((call) => !(call in readActions))).toEqual([]);
    expect(JSON.stringify(await world.made.report(accounts.platform))).toBe(before);
  });

  test('the policy allows nothing but reading', () => {
    const [statement] = readOnlyPolicy().Statement;
    for (const action of statement!.Action)
      expect(action).toMatch(/^[a-z0-9]+:(BatchGet|Describe|Get|List|Query|Simulate)[A-Za-z]*$/);
  });

  test('everything in the policy is used', async () => {
    for (const account of Object.values(accounts)) await world.diagnose(account);
    const used = new Set(world.calls().map(asNeeded));
    const rare = [
      // Asked of parameters with a hundred versions, and of those that the ledger does not know.
      'ssm.GetParameterHistory',
      'ssm.ListTagsForResource',
      // Asked before anything else, by the command line.
      'sts.GetCallerIdentity',
    ];
    expect(
      Object.keys(readActions)
        .filter((command) => !used.has(command))
        .sort(),
    ).toEqual(rare);
  });
});

describe('what cannot be read is neither healthy nor a defect', () => {
  const services = [
    'KMS',
    'IAM',
    'ServiceQuotas',
    'EC2',
    'SNS',
    'SQS',
    'SSM',
    'CodeBuild',
    'CodeCommit',
    'DynamoDB',
  ];

  test.each(services)('%s refuses every look', async (service) => {
    world.aws.faults.add({
      label: `${service} refuses`,
      when: (call) => call.service === service && call.at.caller === 'person:doctor',
      before: denied,
    });
    const { findings, unchecked } = await world.diagnose();
    expect(findings).toEqual([]);
    expect(unchecked.length).toBeGreaterThan(0);
    for (const { why } of unchecked) expect(why).toContain('bakery doctor --policy');
  });

  test('every single operation may be refused, and none makes a defect of it', async () => {
    await world.diagnose();
    // Where a NAT gateway leads outside, nobody needs an endpoint.
    const operations = [...new Set(world.calls())].filter((call) => call !== 'EC2.DescribeVpcEndpoints');
    for (const operation of operations) {
      const restore = world.aws.faults.add({
        label: `${operation} refuses`,
        when: (call) =>
          `${call.service}.${call.operation}` === operation && call.at.caller === 'person:doctor',
        before: denied,
      });
      const { findings, unchecked } = await world.diagnose();
      restore();
      expect({ operation, findings }).toEqual({ operation, findings: [] });
      expect({ operation, unchecked: unchecked.length }).not.toEqual({ operation, unchecked: 0 });
    }
  });

  test('a service that does not answer is told as such, and the rest is looked at all the same', async () => {
    world.aws.quotas.set({ account: accounts.platform, region: 'eu-west-1' }, 'L-9D07B6EF', 1);
    world.aws.faults.add({
      label: 'KMS is down',
      when: ({ service, at }) => service === 'KMS' && at.caller === 'person:doctor',
      before: () => new AwsFailure('InternalFailure', 'down', 500),
    });
    const { findings, unchecked } = await world.diagnose();
    expect(findings.map(({ code }) => code)).toEqual(['CODEBUILD_QUOTA_LOW']);
    expect(unchecked.map(({ why }) => why)).toEqual(['kms.DescribeKey did not answer; try again']);
  });
});

describe('before the first deployment', () => {
  beforeEach(() => {
    const { settings } = world.subject();
    settings.table = 'not-there-yet';
    settings.topicArn = `${settings.topicArn}-not-there-yet`;
    settings.buildProject = 'not-there-yet';
    settings.repo!.name = 'not-there-yet';
    Object.assign(world.subject(), { makesRepo: true });
    world.subject().bakeRoleArn = 'arn:aws:iam::111111111111:role/not-there-yet';
    world.subject().reconcileRoleArn = 'arn:aws:iam::111111111111:role/not-there-yet';
  });

  test('what the stack makes is not missed, and parameters that are there already are told', async () => {
    world.aws.faults.add({
      label: 'no repo',
      when: ({ service, at }) => service === 'CodeCommit' && at.caller === 'person:doctor',
      before: () => new AwsFailure('RepositoryDoesNotExistException', 'no'),
    });
    const { findings, unchecked, deployed } = await world.diagnose();
    expect({ deployed, unchecked }).toEqual({ deployed: false, unchecked: [] });
    // Kept by another bakery of the same name: none.
    expect(findings.map(({ code }) => code)).toEqual([]);
  });

  test('network, quotas, keys and profiles are looked at', async () => {
    world.subject().buildKeys.push('arn:aws:kms:eu-west-1:111111111111:key/none');
    world.subject().profiles.push({ profile: 'none', role: 'none' });
    world.aws.quotas.set({ account: accounts.platform, region: 'eu-west-1' }, 'L-9D07B6EF', 0);
    world.subject().buildVpc!.subnetIds.push('subnet-0fffffff');
    const { findings } = await world.diagnose();
    expect(new Set(findings.map(({ code }) => code))).toEqual(
      new Set([
        'CODEBUILD_QUOTA_LOW',
        'INSTANCE_PROFILE_MISSING',
        'KMS_KEY_MISSING',
        'NETWORK_MISSING',
        'REPO_MISSING',
      ]),
    );
  });
});

test('every region is looked at', async () => {
  await world.diagnose();
  const regions = new Set(
    world.aws.log.records
      .filter(({ site }) => site.caller === 'person:doctor')
      .map(({ site }) => site.region),
  );
  expect([...regions].sort()).toEqual([farRegion, 'eu-west-1']);
});
