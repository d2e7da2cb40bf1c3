import * as z from 'zod/mini';
import { checkSettings, describeIssue } from '../src/lib/settings/read-settings';
import { SettingsError, shown } from '../src/lib/settings/settings-error';
import type { SettingsProblem } from '../src/lib/settings/settings-error';
import type { Settings } from '../src/lib/settings/settings';
import { checkStack } from './stage-rules';
import { names } from './names';

/** What config/<stage>.yml holds: the account, the settings of the functions, and how the stack is made. */

const text = (rule: RegExp, fix: string) => z.string().check(z.regex(rule, fix));
const described = <T extends z.ZodMiniType>(schema: T, description: string): T =>
  schema.check(z.describe(description));
const listOf = <T extends z.ZodMiniType>(entry: T) => z._default(z.array(entry), []);

const account = text(/^[0-9]{12}$/, 'Write the 12 digits of the account, as a string.');
const region = text(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'Write the id of a region, for example eu-west-1.');
const keyArn = text(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/,
  'Write the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias does not work in a policy.',
);
const policyArn = text(
  /^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy\/.+$/,
  'Write the ARN of a policy, arn:aws:iam::ACCOUNT:policy/NAME.',
);
const iamName = text(
  /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/,
  'Write the name, with its path before it if it has one.',
);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const bake = z.strictObject({
  architecture: described(
    z._default(z.enum(['x86_64', 'arm64']), 'arm64'),
    'Of the machine that runs Packer; images of either are made on both.',
  ),
  image: described(
    z.optional(z.string().check(z.minLength(1))),
    "CodeBuild image. Default: AWS's standard image.",
  ),
  computeType: described(
    z._default(
      z.enum(['BUILD_GENERAL1_SMALL', 'BUILD_GENERAL1_MEDIUM', 'BUILD_GENERAL1_LARGE']),
      'BUILD_GENERAL1_SMALL',
    ),
    'Size of that machine. Packer waits most of the time.',
  ),
  environment: described(
    z._default(z.record(z.string(), z.string()), {}),
    'Variables of every build, such as HTTPS_PROXY or BAKERY_TOOLS_URL. No secrets: whoever reads builds reads them.',
  ),
  vpc: described(
    z.optional(
      z.strictObject({
        id: described(text(/^vpc-[0-9a-f]+$/, 'Write the id of a VPC, vpc-….'), 'Of the VPC.'),
        subnets: described(
          z.array(text(/^subnet-[0-9a-f]+$/, 'Write the id of a subnet, subnet-….')).check(z.minLength(1)),
          "With a way to AWS's endpoints.",
        ),
        securityGroups: described(
          z.array(text(/^sg-[0-9a-f]+$/, 'Write the id of a security group, sg-….')).check(z.minLength(1)),
          'Of CodeBuild, not of build instances.',
        ),
      }),
    ),
    'Where CodeBuild runs, if it must reach build instances by their private addresses.',
  ),
  instanceProfiles: described(
    listOf(
      z.strictObject({
        profile: described(iamName, 'The instance profile.'),
        role: described(iamName, 'The role in it.'),
      }),
    ),
    'The instance profiles that a build may give to an instance, each with the role in it.',
  ),
  kmsKeys: described(listOf(keyArn), 'Keys that build instances encrypt their volumes with.'),
  managedPolicies: described(
    listOf(policyArn),
    'Further policies of the build role, for what templates of this account need besides Packer.',
  ),
});

const container = z.strictObject({
  base: described(
    z.optional(
      text(
        /^[^\s@]+@sha256:[0-9a-f]{64}$/,
        'Write the image by its digest, REGISTRY/NAME@sha256:…; a tag can move.',
      ),
    ),
    'Image that it is built on, of the same architecture as the builds. Default: the one of tools.lock, Amazon Linux 2023.',
  ),
  keep: described(
    z._default(z.int().check(z.gte(2), z.lte(100)), 10),
    'How many containers the repository keeps.',
  ),
});

const stack = z.strictObject({
  name: described(
    z.optional(
      text(
        /^[a-z][a-z0-9-]{0,47}$/,
        'Use at most 48 lower-case letters, digits, hyphens, beginning with a letter.',
      ),
    ),
    'Of the stack, and what the names of everything in it begin with. Default: ami-bakery-STAGE.',
  ),
  imageRepo: described(
    z.optional(z.enum(['create', 'existing'])),
    'create: the stack makes the repository of settings.repo. existing: it is there, in this account or another. Default: create.',
  ),
  followers: described(
    z.optional(
      z.strictObject({
        accounts: described(listOf(account), 'By account.'),
        organizationId: described(
          z.optional(text(/^o-[a-z0-9]{10,32}$/, 'Write the id of the organisation, o-….')),
          'Everybody in the organisation.',
        ),
      }),
    ),
    'Who may subscribe to the announcements.',
  ),
  baseParameters: described(
    z._default(z.array(text(/^\/[A-Za-z0-9_.\/-]*\*?$/, 'Write a parameter path; it may end with *.')), [
      '/aws/service/*',
    ]),
    "Parameters that images may name as their base, besides the bakery's own.",
  ),
  permissionsBoundary: described(z.optional(policyArn), 'Of every role.'),
  rolePath: described(
    z._default(text(/^\/([\w+=,.@-]+\/)*$/, 'Write a path that begins and ends with a slash.'), '/'),
    'Path of every role.',
  ),
  roleNamePrefix: described(
    z._default(text(/^[\w+=,.@-]{0,30}$/, 'At most 30 letters, digits and +=,.@-_.'), ''),
    'What the name of every role begins with.',
  ),
  logRetentionDays: described(
    z._default(
      z
        .number()
        .check(z.refine((days) => retentionDays.includes(days), `Write one of ${retentionDays.join(', ')}.`)),
      30,
    ),
    'How long logs are kept.',
  ),
  deploymentBucket: described(
    z.optional(text(/^[a-z0-9][a-z0-9.-]{2,62}$/, 'Write the name of an S3 bucket.')),
    'Existing bucket for the packages. Default: the stack has its own.',
  ),
  bake: described(z.optional(bake), 'The builds that run Packer, and those that test.'),
  container: described(
    z.optional(container),
    'A container of its own for builds, with Packer in it: packer/environment/Dockerfile, built by a project of the stack and kept in ECR.',
  ),
});

/** `settings` are checked by their own schema: it says more, and knows what the stack sets. */
export const stageSchema = z.strictObject({
  account: described(account, 'The account that the file is for. Credentials of another are refused.'),
  region: described(region, 'Where the stack is, and where images are baked.'),
  tags: described(
    z._default(z.record(z.string(), z.string()), {}),
    'On everything that the stack and the bakery make.',
  ),
  settings: described(z.record(z.string(), z.unknown()), 'Of the functions.'),
  stack: described(z.prefault(stack, {}), 'How the stack is made.'),
});

export type Stack = z.infer<typeof stack> & { name: string; bake: z.infer<typeof bake> };

export interface StageConfig {
  account: string;
  region: string;
  tags: Record<string, string>;
  /** What is written, with stand-ins for what only the stack knows. Checked like the functions will check it. */
  settings: Settings;
  /** `settings` as written. */
  written: Record<string, unknown>;
  stack: Stack;
}

/** Settings that the stack knows better than a person. */
export const madeByTheStack = [
  'account',
  'region',
  'table',
  'queueUrl',
  'topicArn',
  'buildProject',
  'testProject',
  'tags',
];

/**
 * Checks the content of config/<stage>.yml.
 * @throws SettingsError with every problem
 */
export function checkStageConfig(content: unknown, stage: string): StageConfig {
  const where = `config/${stage}.yml`;
  const read = z.safeParse(stageSchema, content);
  if (!read.success && (typeof content !== 'object' || content === null))
    throw new SettingsError(
      [{ path: '', value: undefined, problem: 'is empty', fix: 'Copy one of the examples in config/.' }],
      where,
    );
  const raw = content as Partial<Record<'account' | 'region' | 'settings' | 'stack', unknown>>;
  const written = record(raw.settings);
  const problems: SettingsProblem[] = [
    ...(read.success ? [] : read.error.issues.flatMap((issue) => describeIssue(issue, content))),
    ...madeByTheStack.flatMap((field) =>
      written[field] === undefined
        ? []
        : [
            {
              path: `settings.${field}`,
              value: shown(written[field]),
              problem: 'is set by the stack',
              fix: ['account', 'region', 'tags'].includes(field)
                ? 'Write it outside of settings.'
                : 'Remove it.',
            },
          ],
    ),
    ...checkStack(written, { name: `ami-bakery-${stage}`, ...record(raw.stack) }, raw.region),
  ];
  let settings: Settings | undefined;
  try {
    settings = checkSettings({ ...written, ...standIns(raw, written) });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const own = new Set(madeByTheStack);
    problems.push(
      ...error.problems
        .filter(({ path }) => !own.has(path))
        .map((problem) => ({ ...problem, path: `settings.${problem.path}` })),
    );
  }
  if (!read.success || settings === undefined || problems.length > 0)
    throw new SettingsError(
      problems.sort((a, b) => a.path.localeCompare(b.path)),
      where,
    );
  const { data } = read;
  const { name = `ami-bakery-${stage}`, bake: asked = z.parse(bake, {}) } = data.stack;
  return { ...data, stack: { ...data.stack, name, bake: asked }, settings, written };
}

function standIns(raw: { account?: unknown; region?: unknown }, written: Record<string, unknown>) {
  const known = {
    account:
      typeof raw.account === 'string' && /^[0-9]{12}$/.test(raw.account) ? raw.account : '000000000000',
    region: typeof raw.region === 'string' ? raw.region : 'eu-west-1',
  };
  const made = names('bakery');
  return {
    ...known,
    table: made.table,
    queueUrl: `https://sqs.${known.region}.amazonaws.com/${known.account}/${made.queue}`,
    ...(written['role'] === 'consumer'
      ? {}
      : {
          topicArn: `arn:aws:sns:${known.region}:${known.account}:${made.topic}`,
          buildProject: made.project,
          testProject: made.testProject,
        }),
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
