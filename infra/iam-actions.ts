/**
 * What IAM asks for when a function of the bakery calls AWS. The permission test holds every role against this table and
 * the commands that are left in the function's bundle: a command that is missing here fails it, and so does an action
 * that no command needs. Sources: the service authorization reference, and what is named beside an entry.
 */

/** What an action is done on. The permission test says which ARNs that is for each example stage. */
export type On =
  | 'queue'
  | 'ledger'
  | 'own parameters'
  | 'base parameters'
  | 'image repo'
  | 'role of the image repo'
  | 'bake project'
  /** Those that reconcile starts. */
  | 'build projects'
  | 'announcement topic'
  | 'notice topics'
  | 'images'
  | 'snapshots'
  | 'instances'
  | 'volumes'
  | 'security groups'
  | 'key pairs'
  /** Where AMIs are copied at all. */
  | 'copied images'
  | 'copied snapshots'
  /** What copies are encrypted with, and what they are decrypted with. */
  | 'keys'
  | 'keys by alias'
  | 'anything';

/** `left by a bake`: it carries this bakery's name and a bake's id. */
export type Only =
  | 'owned here'
  | 'left by a bake'
  | 'left by a bake and owned here'
  | "the janitor's partition"
  | 'as it is copied'
  | 'through EC2'
  | 'through the search for references'
  | 'for AWS services';

/** Functions whose roles differ from those of the others. */
export type Caller = 'janitor' | 'retire' | 'others';

export interface Need {
  action: string;
  on: On;
  /** A condition that the grant must carry. */
  only?: Only;
  /** Set where a consumer's deployment never comes to the call, though its bundle holds it. */
  role?: 'bakery';
  /** Set where only a deployment that has the place needs it. */
  where?: 'there is one';
  /** The functions that need it for the command; all that have it in their bundle where left out. */
  of?: readonly Caller[];
}

const onLedger = (...actions: string[]): Need[] =>
  actions.map((action) => ({ action: `dynamodb:${action}`, on: 'ledger' }));

const onBuilds = (action: string): Need[] => [
  { action: `codebuild:${action}`, on: 'build projects', role: 'bakery', of: ['others'] },
  { action: `codebuild:${action}`, on: 'bake project', role: 'bakery', of: ['janitor'] },
];

/** What copying asks for, which only a deployment needs whose ceilings allow other regions or keys. */
const whereCopied = (action: string, on: On, only?: Only): Need => ({
  action,
  on,
  ...(only === undefined ? {} : { only }),
  role: 'bakery',
  where: 'there is one',
  of: ['others'],
});
const onKeys = (only: Only | undefined, ...actions: string[]): Need[] =>
  (['keys', 'keys by alias'] as const).flatMap((on) =>
    actions.map((action) => whereCopied(`kms:${action}`, on, only)),
  );

/** What the search for references reads in the caller's name: EC2 user guide, "Identify your resources referencing specified AMIs". */
const readForReferences: Need[] = [
  'ec2:DescribeInstances',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribeLaunchTemplateVersions',
  'ssm:DescribeParameters',
  'ssm:GetParameters',
  'imagebuilder:ListImageRecipes',
  'imagebuilder:ListContainerRecipes',
  'imagebuilder:GetContainerRecipe',
].map((action) => ({ action, on: 'anything', only: 'through the search for references' }));

const onOwnResults = (action: string): Need[] => [
  { action, on: 'images', only: 'left by a bake and owned here', role: 'bakery' },
];

/** By SDK command. */
export const iamActions: Record<string, Need[]> = {
  'auto-scaling.DescribeAutoScalingGroups': [
    { action: 'autoscaling:DescribeAutoScalingGroups', on: 'anything' },
  ],
  'auto-scaling.DescribeLaunchConfigurations': [
    { action: 'autoscaling:DescribeLaunchConfigurations', on: 'anything' },
  ],

  'codebuild.BatchGetBuilds': onBuilds('BatchGetBuilds'),
  'codebuild.ListBuildsForProject': onBuilds('ListBuildsForProject'),
  'codebuild.StartBuild': [{ action: 'codebuild:StartBuild', on: 'build projects', role: 'bakery' }],
  'codebuild.StopBuild': [{ action: 'codebuild:StopBuild', on: 'bake project', role: 'bakery' }],

  'codecommit.GetBranch': [
    { action: 'codecommit:GetBranch', on: 'image repo', role: 'bakery', where: 'there is one' },
  ],
  'codecommit.GetFile': [
    { action: 'codecommit:GetFile', on: 'image repo', role: 'bakery', where: 'there is one' },
  ],
  'codecommit.GetFolder': [
    { action: 'codecommit:GetFolder', on: 'image repo', role: 'bakery', where: 'there is one' },
  ],

  'dynamodb.DeleteItem': onLedger('DeleteItem'),
  // In every DynamoDB client, for endpoint discovery, which is off unless asked for.
  'dynamodb.DescribeEndpoints': [],
  'dynamodb.GetItem': onLedger('GetItem'),
  'dynamodb.PutItem': [
    { action: 'dynamodb:PutItem', on: 'ledger', of: ['others', 'retire'] },
    { action: 'dynamodb:PutItem', on: 'ledger', only: "the janitor's partition", of: ['janitor'] },
  ],
  'dynamodb.Query': onLedger('Query'),
  // A transaction has no permission of its own: its parts have
  // (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html).
  'dynamodb.TransactWriteItems': onLedger('ConditionCheckItem', 'DeleteItem', 'PutItem'),

  'ec2.CopyImage': [
    whereCopied('ec2:CopyImage', 'copied images'),
    whereCopied('ec2:CopyImage', 'copied snapshots'),
    whereCopied('ec2:CreateTags', 'copied images', 'as it is copied'),
    whereCopied('ec2:CreateTags', 'copied snapshots', 'as it is copied'),
    // EBS asks KMS in the caller's name.
    ...onKeys('through EC2', 'Decrypt', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'),
    ...onKeys('for AWS services', 'CreateGrant'),
  ],
  'ec2.CreateTags': [
    { action: 'ec2:CreateTags', on: 'images', only: 'owned here', role: 'bakery' },
    { action: 'ec2:CreateTags', on: 'snapshots', only: 'owned here', role: 'bakery' },
  ],
  'ec2.DeleteKeyPair': [{ action: 'ec2:DeleteKeyPair', on: 'key pairs', only: 'left by a bake' }],
  'ec2.DeleteSecurityGroup': [
    { action: 'ec2:DeleteSecurityGroup', on: 'security groups', only: 'left by a bake' },
  ],
  'ec2.DeleteSnapshot': [
    { action: 'ec2:DeleteSnapshot', on: 'snapshots', only: 'left by a bake and owned here' },
  ],
  'ec2.DeleteVolume': [{ action: 'ec2:DeleteVolume', on: 'volumes', only: 'left by a bake' }],
  'ec2.DeregisterImage': [
    {
      action: 'ec2:DeregisterImage',
      on: 'images',
      only: 'left by a bake and owned here',
      of: ['janitor', 'retire'],
    },
    // DeleteAssociatedSnapshots.
    { action: 'ec2:DeleteSnapshot', on: 'snapshots', only: 'left by a bake and owned here', of: ['retire'] },
    whereCopied('ec2:DeregisterImage', 'copied images', 'left by a bake and owned here'),
    // With the snapshots of a copy that failed.
    whereCopied('ec2:DeleteSnapshot', 'copied snapshots', 'left by a bake and owned here'),
  ],
  'ec2.DescribeImageAttribute': [{ action: 'ec2:DescribeImageAttribute', on: 'images', role: 'bakery' }],
  'ec2.DescribeImages': [{ action: 'ec2:DescribeImages', on: 'anything' }],
  'ec2.DescribeInstances': [{ action: 'ec2:DescribeInstances', on: 'anything' }],
  'ec2.DescribeKeyPairs': [{ action: 'ec2:DescribeKeyPairs', on: 'anything' }],
  'ec2.DescribeSecurityGroups': [{ action: 'ec2:DescribeSecurityGroups', on: 'anything' }],
  'ec2.DescribeSnapshots': [{ action: 'ec2:DescribeSnapshots', on: 'anything', role: 'bakery' }],
  'ec2.DescribeVolumes': [{ action: 'ec2:DescribeVolumes', on: 'anything' }],
  'ec2.CreateImageUsageReport': [{ action: 'ec2:CreateImageUsageReport', on: 'anything' }],
  'ec2.DescribeImageReferences': [
    { action: 'ec2:DescribeImageReferences', on: 'anything' },
    ...readForReferences,
  ],
  'ec2.DescribeImageUsageReportEntries': [{ action: 'ec2:DescribeImageUsageReportEntries', on: 'anything' }],
  'ec2.DescribeImageUsageReports': [{ action: 'ec2:DescribeImageUsageReports', on: 'anything' }],
  'ec2.DisableImage': onOwnResults('ec2:DisableImage'),
  'ec2.DisableImageDeprecation': onOwnResults('ec2:DisableImageDeprecation'),
  'ec2.EnableImage': onOwnResults('ec2:EnableImage'),
  'ec2.EnableImageDeprecation': onOwnResults('ec2:EnableImageDeprecation'),
  'ec2.GetImageAncestry': [{ action: 'ec2:GetImageAncestry', on: 'images', role: 'bakery' }],
  'ec2.ModifyImageAttribute': [
    { action: 'ec2:ModifyImageAttribute', on: 'images', only: 'owned here', role: 'bakery' },
  ],
  'ec2.ModifySnapshotAttribute': [
    { action: 'ec2:ModifySnapshotAttribute', on: 'snapshots', only: 'owned here', role: 'bakery' },
  ],
  'ec2.TerminateInstances': [{ action: 'ec2:TerminateInstances', on: 'instances', only: 'left by a bake' }],

  'kms.DescribeKey': onKeys(undefined, 'DescribeKey'),

  'sts.AssumeRole': [
    { action: 'sts:AssumeRole', on: 'role of the image repo', role: 'bakery', where: 'there is one' },
  ],

  'sns.Publish': [
    { action: 'sns:Publish', on: 'notice topics' },
    { action: 'sns:Publish', on: 'announcement topic', role: 'bakery', of: ['others'] },
  ],

  'sqs.SendMessage': [{ action: 'sqs:SendMessage', on: 'queue' }],

  'ssm.AddTagsToResource': [{ action: 'ssm:AddTagsToResource', on: 'own parameters' }],
  'ssm.DeleteParameter': [{ action: 'ssm:DeleteParameter', on: 'own parameters' }],
  'ssm.GetParameters': [
    { action: 'ssm:GetParameters', on: 'own parameters' },
    { action: 'ssm:GetParameters', on: 'base parameters', role: 'bakery', of: ['others'] },
  ],
  'ssm.ListTagsForResource': [{ action: 'ssm:ListTagsForResource', on: 'own parameters' }],
  'ssm.PutParameter': [
    { action: 'ssm:PutParameter', on: 'own parameters' },
    // Tags that are given with a new parameter.
    { action: 'ssm:AddTagsToResource', on: 'own parameters' },
    // For values of type aws:ec2:image: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
    { action: 'ec2:DescribeImages', on: 'anything' },
  ],
};
