import * as z from 'zod/mini';

/**
 * The settings of one deployment: type, checks and JSON Schema come from here. Written with what scripts/lean/zod-mini.ts
 * has of zod/mini, because every function of the bakery loads it at its start.
 */

/** The sentence is the `fix` of the problem where the rule is broken. */
const text = (rule: RegExp, fix: string) => z.string().check(z.regex(rule, fix));
const described = <T extends z.ZodMiniType>(schema: T, description: string): T =>
  schema.check(z.describe(description));
const optional = z.optional;
const listOf = <T extends z.ZodMiniType>(entry: T) => z._default(z.array(entry), []);

const name = text(
  /^[a-z][a-z0-9-]{0,62}$/,
  'Use lower-case letters, digits and hyphens, beginning with a letter.',
);
const account = text(/^[0-9]{12}$/, 'Write the 12 digits of the account, as a string.');
const region = text(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'Write the id of a region, for example eu-west-1.');
const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$/,
  'Write the ARN of a standard SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME.',
);
const instanceType = text(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'Write an EC2 instance type, for example m7g.large.');
const organization = text(
  /^arn:aws[a-z-]*:organizations::[0-9]{12}:organization\/o-[a-z0-9]{10,32}$/,
  'Write the ARN of the organisation, arn:aws:organizations::MANAGEMENT-ACCOUNT:organization/o-…; EC2 takes no ids.',
);
const organizationalUnit = text(
  /^arn:aws[a-z-]*:organizations::[0-9]{12}:(ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|root\/o-[a-z0-9]{10,32}\/r-[a-z0-9]{4,32})$/,
  'Write the ARN of the organizational unit, arn:aws:organizations::MANAGEMENT-ACCOUNT:ou/o-…/ou-…; EC2 takes no ids.',
);
const parameterPath = text(/^(\/[A-Za-z0-9_.-]+)+\/?$/, 'Write a parameter path that begins with a slash.');
const parameterPattern = text(
  /^(?!\/(aws|ssm))(?=.*\{image\})(?=.*\{arch\})(?=.*\{channel\})\/([A-Za-z0-9_./-]|\{(image|arch|channel)\})+$/,
  'Write a path that contains {image}, {arch} and {channel}, begins with a slash, and not with /aws or /ssm.',
);
const architecture = z.enum(['x86_64', 'arm64']);

const repo = z.strictObject({
  name: described(
    text(/^[\w.-]{1,100}$/, 'Write the name of the CodeCommit repository.'),
    'Of the CodeCommit repository.',
  ),
  branch: described(z._default(z.string().check(z.minLength(1)), 'main'), 'The branch that is in force.'),
  path: described(
    z._default(text(/^([^/].*[^/]|[^/]?)$/, 'Write it without a leading or trailing slash.'), ''),
    "Folder of bakery.yml; '' is the root.",
  ),
  region: described(optional(region), "Where the repo is, if not in the deployment's own region."),
  roleArn: described(
    optional(
      text(
        /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/,
        'Write the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME.',
      ),
    ),
    'Role that is assumed to read the repo, where it is in another account.',
  ),
});

const ceilings = z.strictObject({
  shareWith: described(
    z.prefault(
      z.strictObject({
        accounts: described(listOf(account), 'Accounts that images may be shared with.'),
        organizations: described(
          listOf(organization),
          'ARNs of organisations that images may be shared with; bakery.yml may name them by their ids.',
        ),
        organizationalUnits: described(
          listOf(organizationalUnit),
          'ARNs of organizational units that images may be shared with; bakery.yml may name them by their ids.',
        ),
      }),
      {},
    ),
    'Whom images may be shared with. Default: nobody.',
  ),
  regions: described(listOf(region), "Regions that images may be copied to, besides the bakery's own."),
  kmsKeys: described(
    listOf(z.string().check(z.minLength(1))),
    'Keys that copies may be encrypted with, written as bakery.yml writes them: alias/NAME, id or ARN.',
  ),
  parameterPrefixes: described(
    listOf(parameterPath),
    'Where parameters may be written besides where the pattern says.',
  ),
});

const network = z.strictObject({
  vpcId: described(optional(text(/^vpc-[0-9a-f]+$/, 'Write the id of a VPC, vpc-….')), 'VPC of the subnet.'),
  subnetId: described(
    optional(text(/^subnet-[0-9a-f]+$/, 'Write the id of a subnet, subnet-….')),
    'Subnet of build instances.',
  ),
  securityGroupId: described(
    optional(text(/^sg-[0-9a-f]+$/, 'Write the id of a security group, sg-….')),
    'Security group of build instances. Default: Packer makes one for each build.',
  ),
  associatePublicIp: described(optional(z.boolean()), 'Whether build instances get a public address.'),
  sshInterface: described(
    optional(z.enum(['public_ip', 'private_ip', 'public_dns', 'private_dns', 'session_manager'])),
    'How a build reaches its instance.',
  ),
});

const upstream = z.strictObject({
  bakery: described(name, 'The name that bakery follows: what bakery.yml calls it in `upstream:NAME/…`.'),
  account: described(account, 'Account of the topic. It makes and owns every AMI that is announced there.'),
  topicArn: described(topicArn, 'Its announcement topic.'),
});

const mirror = z.strictObject({
  bakery: described(name, 'One of the upstreams.'),
  image: described(z.string().check(z.minLength(1)), 'Image of that bakery.'),
  architecture: described(architecture, 'Of the image.'),
  channel: described(z._default(name, 'stable'), 'Channel that is kept in step with.'),
  parameter: described(optional(parameterPath), 'Where the copy is kept, if not where the pattern says.'),
});

export const settingsSchema = z.strictObject({
  bakery: described(name, 'The name under which other bakeries know this one.'),
  role: described(
    z._default(z.enum(['bakery', 'consumer']), 'bakery'),
    'A consumer mirrors channels and bakes nothing.',
  ),
  mode: described(
    z._default(z.enum(['bake', 'observe']), 'observe'),
    'observe: plans and explains, and changes nothing. The right choice for a first deployment.',
  ),
  account: described(account, 'The account the bakery is deployed to.'),
  region: described(region, 'Default: the region of the Lambda functions.'),
  repo: described(optional(repo), 'The image repo. A bakery needs it.'),
  table: described(z.string().check(z.minLength(3)), 'Name of the ledger table.'),
  queueUrl: described(
    text(/^https?:\/\/\S+\.fifo$/, 'Write the URL of the FIFO queue, as SQS gives it: https://…/NAME.fifo.'),
    'The queue into reconcile.',
  ),
  topicArn: described(optional(topicArn), 'Where this bakery announces its images. A bakery needs it.'),
  buildProject: described(
    optional(text(/^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$/, 'Write the name of the CodeBuild project.')),
    'CodeBuild project that runs Packer. A bakery needs it.',
  ),
  testProject: described(
    optional(text(/^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$/, 'Write the name of the CodeBuild project.')),
    'CodeBuild project that tests AMIs before they are published. Images with `test` need it.',
  ),
  parameterPattern: described(
    z._default(parameterPattern, '/bakery/{image}/{arch}/{channel}'),
    'Names of the parameters that hold the channels.',
  ),
  maxConcurrentBuilds: described(
    z._default(z.int().check(z.gte(1), z.lte(100)), 10),
    'Build slots: at most so many bakes and tests run at a time.',
  ),
  maxWaitHours: described(
    z._default(z.number().check(z.gte(0.25), z.lte(72)), 6),
    'No image waits longer than this for one that it is built on.',
  ),
  maxRetirementsPerRun: described(
    z._default(z.int().check(z.gte(1), z.lte(10_000)), 20),
    'So many old bakes go on by a stage in one run; where more would, none does, and people are asked.',
  ),
  ceilings: described(z.prefault(ceilings, {}), 'The most that bakery.yml may ask for.'),
  approvers: described(
    listOf(
      text(
        /^(?![0-9]+$)[A-Za-z0-9_-]{1,128}$/,
        'Write letters, digits, - and _, as for an alias of a function.',
      ),
    ),
    'Groups that bakery.yml may ask for approval. Each becomes an alias of the function `approve`; IAM says who may invoke it.',
  ),
  network: described(z.prefault(network, {}), 'Where build instances are launched.'),
  instanceProfile: described(
    optional(z.string().check(z.minLength(1), z.maxLength(128))),
    'Instance profile of build instances whose image names none.',
  ),
  defaultInstanceType: described(
    z.prefault(
      z.strictObject({
        x86_64: described(z._default(instanceType, 'm7i.large'), 'For x86_64.'),
        arm64: described(z._default(instanceType, 'm7g.large'), 'For arm64.'),
      }),
      {},
    ),
    'Build instances of images that name none.',
  ),
  notify: described(
    z.prefault(
      z.strictObject({
        default: described(optional(topicArn), 'For images that name nobody, and for what concerns none.'),
        targets: described(z._default(z.record(z.string(), topicArn), {}), 'By name.'),
      }),
      {},
    ),
    'Topics for notices to people: by the name that bakery.yml uses in `notify`, and for those without one.',
  ),
  upstreams: described(listOf(upstream), 'Bakeries of other accounts that this one follows.'),
  wakeTopics: described(
    listOf(topicArn),
    "Topics that only wake the bakery, for example Amazon's topics of new AMIs. Nothing they say is believed.",
  ),
  mirrors: described(listOf(mirror), 'Channels of upstreams that a consumer keeps copies of.'),
  tags: described(z._default(z.record(z.string(), z.string()), {}), 'Put on everything the bakery makes.'),
});

/** Settings that passed every check, defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>;
