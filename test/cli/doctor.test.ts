import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkStageConfig } from '../../infra/stage-config';
import { subjectOf } from '../../src/cli/doctor/stage-subject';
import type { Diagnosis } from '../../src/lib/doctor/diagnosis';
import { AwsFailure } from '../../src/local/aws/failure';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles, shopFiles } from '../support/starter';
import { serve } from './control-server';
import { bakery } from './in-process';

describe('of a local bakery', () => {
  let made: MemoryBakery;
  let server: Awaited<ReturnType<typeof serve>>;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bakery-cli-'));
    made = new MemoryBakery();
    made.push(accounts.platform, platformFiles());
    made.push(accounts.shop, shopFiles());
    server = await serve(made, folder);
    await made.settle();
  });

  afterAll(async () => {
    await server.close();
    made.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('healthy accounts end with 0, a line each', async () => {
    const { exitCode, out, err } = await bakery(folder, ['doctor']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out.split('\n\n')).toEqual([
      'platform (account 111111111111, eu-west-1; the settings of the local bakery): healthy',
      'shop (account 222222222222, eu-west-1; the settings of the local bakery): healthy',
      'consumer (account 333333333333, eu-west-1; the settings of the local bakery): healthy',
    ]);
  });

  test('a defect ends with 1, and says what, why it matters and how to cure it', async () => {
    made.aws.quotas.set({ account: accounts.platform, region }, 'L-9D07B6EF', 2);
    const { exitCode, out } = await bakery(folder, ['doctor', '--account', 'platform']);
    expect(exitCode).toBe(1);
    expect(out).toBe(
      [
        'platform (account 111111111111, eu-west-1; the settings of the local bakery): 1 error',
        '',
        'error CODEBUILD_QUOTA_LOW L-9D07B6EF (eu-west-1)',
        '  "Concurrently running builds for Linux/Small environment" (L-9D07B6EF) is 2, and maxConcurrentBuilds is 4.',
        '  Of 4 builds that are due, CodeBuild refuses all beyond 2: they are tried again and again, later than need be.',
        '  cure, in this account:',
        '    aws service-quotas request-service-quota-increase --region eu-west-1 --service-code codebuild --quota-code L-9D07B6EF --desired-value 4',
        '  cure, or in the settings of the local bakery, settings:',
        '    maxConcurrentBuilds: 2',
      ].join('\n'),
    );
    made.aws.quotas.set({ account: accounts.platform, region }, 'L-9D07B6EF', 20);
  });

  test('what could not be checked ends with 2, and is told apart', async () => {
    const restore = made.aws.faults.add({
      label: 'no quotas',
      when: ({ service }) => service === 'ServiceQuotas',
      before: () => new AwsFailure('AccessDeniedException', 'no', 403),
    });
    const text = await bakery(folder, ['doctor', '--account', 'shop']);
    const json = await bakery(folder, ['doctor', '--account', 'shop', '--json']);
    restore();
    expect([text.exitCode, json.exitCode]).toEqual([2, 2]);
    expect(text.out).toContain('2 things not checked');
    expect(text.out).toContain(
      'the CodeBuild quota, because servicequotas.ListServiceQuotas was refused to your credentials',
    );
    const { format, diagnoses } = JSON.parse(json.out) as { format: string; diagnoses: Diagnosis[] };
    expect(format).toBe('ami-bakery/doctor/1');
    expect(diagnoses).toMatchObject([{ bakery: 'shop', findings: [], images: 1, deployed: true }]);
    expect(diagnoses[0]!.unchecked).toHaveLength(2);
  });
});

test('--policy prints a policy and needs no bakery', async () => {
  const { exitCode, out } = await bakery(tmpdir(), ['doctor', '--policy']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] });
});

test.each([
  [['--stage', 'nowhere'], 'STAGE_UNKNOWN', 'there is no config/nowhere.yml'],
  [['--stage', 'platform', '--region', 'us-east-1'], 'USAGE', 'config/platform.yml says eu-west-1'],
  [['--stage', 'platform', '--account', '1'], 'USAGE', '--account is for the local bakery'],
  [['--function-prefix', 'x'], 'USAGE', 'a prefix alone says too little'],
])('bakery doctor %j is refused: %s', async (args, code, message) => {
  const { exitCode, err } = await bakery(tmpdir(), ['doctor', ...args]);
  expect(exitCode).toBe(2);
  expect(err).toContain(code);
  expect(err).toContain(message);
});

test('what config/<stage>.yml says is what the stack will make', () => {
  const config = `
account: '222222222222'
region: eu-west-1
settings:
  bakery: shop
  repo: { name: shop-images }
  instanceProfile: packer-build
  network: { subnetId: subnet-0a1b2c3d }
stack:
  name: shop-bakery
  imageRepo: existing
  rolePath: /bakery/
  roleNamePrefix: shop-
  followers: { organizationId: o-exampleorgid }
  bake:
    architecture: arm64
    computeType: BUILD_GENERAL1_MEDIUM
    instanceProfiles: [{ profile: teams/packer-build, role: packer-build }]
    kmsKeys: ['arn:aws:kms:eu-west-1:222222222222:key/1']
    vpc: { id: vpc-0a1b2c3d, subnets: [subnet-0b1b2c3d], securityGroups: [sg-0a1b2c3d] }
`;
  const subject = subjectOf(checkStageConfig(parse(config), 'prod'), 'config/prod.yml');
  const { settings, ...rest } = subject;
  expect(settings).toMatchObject({
    table: 'shop-bakery',
    buildProject: 'shop-bakery-packer',
    topicArn: 'arn:aws:sns:eu-west-1:222222222222:shop-bakery-images',
  });
  expect(rest).toEqual({
    source: 'config/prod.yml',
    bakeRoleArn: 'arn:aws:iam::222222222222:role/bakery/shop-shop-bakery-bake',
    reconcileRoleArn: 'arn:aws:iam::222222222222:role/bakery/shop-shop-bakery-reconcile',
    upstreamFunctionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:shop-bakery-upstream',
    makesRepo: false,
    buildMachine: { system: 'ARM', size: 'Medium' },
    profiles: [{ profile: 'teams/packer-build', role: 'packer-build' }],
    buildKeys: ['arn:aws:kms:eu-west-1:222222222222:key/1'],
    followers: { accounts: [], organizationId: 'o-exampleorgid' },
    deadLetterQueues: ['shop-bakery-dead.fifo', 'shop-bakery-events-dead', 'shop-bakery-upstream-dead'],
    buildVpc: {
      vpcId: 'vpc-0a1b2c3d',
      subnetIds: ['subnet-0b1b2c3d'],
      securityGroupIds: ['sg-0a1b2c3d'],
    },
  });
});
