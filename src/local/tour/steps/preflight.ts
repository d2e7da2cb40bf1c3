import type { ListSubscriptionsResponse } from '@aws-sdk/client-sns';
import type { Diagnosis } from '../../../lib/doctor/diagnosis';
import type { Cure } from '../../../lib/preflight/finding';
import { readAwsCommand } from '../../aws/aws-command-line';
import { accounts, names, region } from '../../bakery/deployment';
import { Expectations } from '../expectations';
import { allImages, count, rootOf, type SeenImage } from '../looks';
import type { Tour, TourStep } from '../step';

/** The quota of the build project's machine, as a new account may have it. */
const buildQuota = 'L-9D07B6EF';

interface Defect {
  code: string;
  account: string;
  plant: (tour: Tour, root: SeenImage) => unknown;
}

/** Five mistakes that people make, each in an account that is healthy otherwise. */
const defects: readonly Defect[] = [
  {
    code: 'CODEBUILD_QUOTA_LOW',
    account: accounts.platform,
    plant: ({ bakery }) => bakery.aws.quotas.set({ account: accounts.platform, region }, buildQuota, 1),
  },
  {
    code: 'KMS_POLICY_LACKS_CONSUMERS',
    account: accounts.platform,
    plant: encryptWithAKeyOfItsOwn,
  },
  {
    code: 'TOPIC_OPEN',
    account: accounts.platform,
    plant: (tour) => {
      const TopicArn = `arn:aws:sns:${region}:${accounts.platform}:${names.topic}`;
      const everybody = { Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe', Resource: TopicArn };
      const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] });
      return call(tour, accounts.platform, 'SNS', 'SetTopicAttributes', {
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue,
      });
    },
  },
  {
    code: 'LAUNCH_PERMISSIONS_DRIFT',
    account: accounts.platform,
    plant: (tour, { amiId }) =>
      call(tour, accounts.platform, 'EC2', 'ModifyImageAttribute', {
        ImageId: amiId,
        LaunchPermission: { Remove: [{ UserId: accounts.shop }] },
      }),
  },
  {
    code: 'UPSTREAM_SUBSCRIPTION_MISSING',
    account: accounts.shop,
    plant: async (tour) => {
      const listed = await call(tour, accounts.shop, 'SNS', 'ListSubscriptions', {});
      const { Subscriptions = [] } = listed as ListSubscriptionsResponse;
      const followed = Subscriptions.find(({ TopicArn }) => TopicArn?.includes(accounts.platform))!;
      return call(tour, accounts.shop, 'SNS', 'Unsubscribe', { SubscriptionArn: followed.SubscriptionArn });
    },
  },
];

/** The doctor finds what is wrong before it costs anybody a night, and what it prints as the cure is the cure. */
export const preflight: TourStep = {
  id: 'preflight',
  title: 'Five defects: the doctor finds each, and the commands it prints cure them',
  async run(tour) {
    const root = rootOf(await allImages(tour), accounts.platform)!;
    const check = new Expectations();
    try {
      check.same('findings before', codesOf(await examineAll(tour)), []);
      for (const { plant } of defects) await plant(tour, root);
      await tour.bakery.settle();

      const sick = await examineAll(tour);
      check.same(
        'findings',
        codesOf(sick),
        defects.map(({ code, account }) => `${account} ${code}`),
      );
      const commands = sick.flatMap(({ account, findings }) =>
        findings.map((finding) => ({ account, code: finding.code, text: commandOf(finding.cures) })),
      );
      const uncured = commands.filter(({ text }) => text === undefined).map(({ code }) => code);
      check.same('findings without a command', uncured, []);
      for (const { account, text } of commands) if (text !== undefined) await runIt(tour, account, text);
      await tour.bakery.settle();

      const cured = await examineAll(tour);
      const looked = lookedWith(tour);
      check
        .same('findings after', codesOf(cured), [])
        .same(
          'things that could not be looked at',
          [...sick, ...cured].flatMap(({ unchecked }) => unchecked.map(({ what }) => what)),
          [],
        )
        .that(`${root.definition.name} is shared with ${accounts.shop} again`, isShared(tour, root))
        .same('calls of the doctor that change something', looked.filter(changes), [])
        .same('builds', tour.record.builtImages(), []);
      return check.verdict(
        `Planted: ${defects.map(({ code }) => code).join(', ')}. The doctor found these and no other, with ${count(looked.length, 'call')} that only read; ${count(commands.length, 'command')} that it printed were run as they stood, and now every account is healthy.`,
      );
    } finally {
      await call(tour, accounts.platform, 'EC2', 'DisableEbsEncryptionByDefault', {});
    }
  },
};

async function examineAll({ bakery }: Tour): Promise<Diagnosis[]> {
  return Promise.all(
    bakery.deployments.map(
      async ({ settings }) => (await bakery.aws.functions.invoke(settings, 'doctor', {})) as Diagnosis,
    ),
  );
}

const codesOf = (diagnoses: readonly Diagnosis[]): string[] =>
  diagnoses.flatMap(({ account, findings }) => findings.map(({ code }) => `${account} ${code}`));

/** What is to be run in the account of the finding itself. */
const commandOf = (cures: readonly Cure[]): string | undefined =>
  cures.find(({ kind, where }) => kind === 'command' && where.startsWith('in this account'))?.text ??
  cures.find(({ kind }) => kind === 'command')?.text;

const call = (tour: Tour, account: string, service: string, operation: string, input: object, at = region) =>
  tour.bakery.aws.services.call(service, operation, input, { account, region: at, caller: 'person:alice' });

function runIt(tour: Tour, account: string, text: string): Promise<unknown> {
  const { service, operation, region: at, input } = readAwsCommand(text);
  return call(tour, account, service, operation, input, at);
}

/** New volumes are encrypted with a key, as many companies want it; its policy knows the platform's account alone. */
async function encryptWithAKeyOfItsOwn(tour: Tour): Promise<void> {
  const { kms } = tour.bakery.aws;
  const KeyId = kms.createKey({ account: accounts.platform, region }, { alias: 'alias/volumes' });
  for (const account of [accounts.shop, accounts.consumer]) {
    const GranteePrincipal = `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
    const grant = { KeyId, GranteePrincipal, Operations: ['Decrypt'] };
    await call(tour, accounts.platform, 'KMS', 'CreateGrant', grant);
  }
  await call(tour, accounts.platform, 'EC2', 'EnableEbsEncryptionByDefault', {});
  await call(tour, accounts.platform, 'EC2', 'ModifyEbsDefaultKmsKeyId', { KmsKeyId: KeyId });
}

const isShared = ({ look }: Tour, { account, amiId }: SeenImage): boolean =>
  look.sharedWith(account, amiId ?? '').includes(accounts.shop);

const lookedWith = ({ bakery }: Tour): string[] =>
  bakery.aws.log.records
    .filter(({ site }) => site.caller === 'person:doctor')
    .map(({ operation }) => operation);

const changes = (operation: string): boolean =>
  !/^(BatchGet|Describe|Get|List|Query|Simulate)/.test(operation);
