import type { BuildOptions, Places } from './needs';

/** What the tests know of the deployments that they package: the examples in config/, and test/infra/stages. */
export interface Stage {
  name: string;
  role: 'bakery' | 'consumer';
  region: string;
  account: string;
  /** settings.bakery */
  bakery: string;
  /** The ARNs that each word of infra/iam-actions.ts stands for. Written out: a wider ARN must fail a test. */
  places: Places;
  /** settings.maxRetirementsPerRun, where the file has it. */
  maxRetirementsPerRun?: number;
  /** Of keys in the ceilings that are named by an alias. */
  keyAliases?: string[];
  builds?: BuildOptions;
  /** Whether builds run in a container of the stack's own. */
  container?: boolean;
}

const everywhere: Places = {
  queue: ['Queue'],
  ledger: ['Ledger'],
  anything: ['*'],
  'notice topics': ['NoticeTopic'],
};
const everyBakery: Places = {
  ...everywhere,
  'announcement topic': ['AnnouncementTopic'],
  'base parameters': ['ssm:REGION::parameter/aws/service/*'],
};

export const stages: Stage[] = [
  {
    name: 'platform',
    role: 'bakery',
    region: 'eu-west-1',
    account: '111111111111',
    bakery: 'platform',
    places: {
      ...everyBakery,
      'image repo': ['codecommit:REGION:ACCOUNT:golden-images'],
      'bake project': ['codebuild:REGION:ACCOUNT:project/ami-bakery-platform-packer'],
      'build projects': [
        'codebuild:REGION:ACCOUNT:project/ami-bakery-platform-packer',
        'codebuild:REGION:ACCOUNT:project/ami-bakery-platform-test',
      ],
      'own parameters': ['ssm:eu-west-1:ACCOUNT:parameter/bakery/*'],
      images: ['ec2:eu-west-1::image/*'],
      snapshots: ['ec2:eu-west-1::snapshot/*'],
      instances: ['ec2:eu-west-1:ACCOUNT:instance/*'],
      volumes: ['ec2:eu-west-1:ACCOUNT:volume/*'],
      'security groups': ['ec2:eu-west-1:ACCOUNT:security-group/*'],
      'key pairs': ['ec2:eu-west-1:ACCOUNT:key-pair/*'],
    },
    builds: { words: { REPO: 'golden-images', REPO_REGION: 'REGION' }, with: ['image repo here'] },
  },
  {
    name: 'app',
    role: 'bakery',
    region: 'eu-west-1',
    account: '222222222222',
    bakery: 'shop',
    places: {
      ...everyBakery,
      'image repo': ['codecommit:REGION:ACCOUNT:shop-images'],
      'bake project': ['codebuild:REGION:ACCOUNT:project/ami-bakery-app-packer'],
      'build projects': [
        'codebuild:REGION:ACCOUNT:project/ami-bakery-app-packer',
        'codebuild:REGION:ACCOUNT:project/ami-bakery-app-test',
      ],
      'own parameters': ['ssm:eu-west-1:ACCOUNT:parameter/bakery/*'],
      images: ['ec2:eu-west-1::image/*'],
      snapshots: ['ec2:eu-west-1::snapshot/*'],
      instances: ['ec2:eu-west-1:ACCOUNT:instance/*'],
      volumes: ['ec2:eu-west-1:ACCOUNT:volume/*'],
      'security groups': ['ec2:eu-west-1:ACCOUNT:security-group/*'],
      'key pairs': ['ec2:eu-west-1:ACCOUNT:key-pair/*'],
    },
    builds: {
      words: {
        REPO: 'shop-images',
        REPO_REGION: 'REGION',
        PROFILE: 'packer-build',
        PROFILE_ROLE: 'packer-build',
      },
      subnets: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a1b2c3d4e5f60718'],
      with: ['image repo here', 'vpc', 'session manager', 'instance profiles'],
    },
  },
  {
    name: 'consumer',
    role: 'consumer',
    region: 'eu-west-1',
    account: '333333333333',
    bakery: 'web-fleet',
    places: { ...everywhere, 'own parameters': ['ssm:eu-west-1:ACCOUNT:parameter/bakery/*'] },
  },
  {
    name: 'everything',
    role: 'bakery',
    region: 'eu-central-1',
    account: '444444444444',
    bakery: 'everything',
    maxRetirementsPerRun: 600,
    places: {
      ...everyBakery,
      'notice topics': ['NoticeTopic', 'sns:eu-central-1:444444444444:web-team'],
      'base parameters': [
        'ssm:REGION::parameter/aws/service/*',
        'ssm:REGION:ACCOUNT:parameter/company/base/*',
      ],
      'image repo': ['codecommit:REGION:ACCOUNT:all-images'],
      'bake project': ['codebuild:REGION:ACCOUNT:project/everything-packer'],
      'build projects': [
        'codebuild:REGION:ACCOUNT:project/everything-packer',
        'codebuild:REGION:ACCOUNT:project/everything-test',
      ],
      'own parameters': ['eu-central-1', 'us-east-1'].flatMap((region) => [
        `ssm:${region}:ACCOUNT:parameter/company/ami/*`,
        `ssm:${region}:ACCOUNT:parameter/company/golden/*`,
      ]),
      images: ['ec2:eu-central-1::image/*', 'ec2:us-east-1::image/*'],
      snapshots: ['ec2:eu-central-1::snapshot/*', 'ec2:us-east-1::snapshot/*'],
      'copied images': ['ec2:eu-central-1::image/*', 'ec2:us-east-1::image/*'],
      'copied snapshots': ['ec2:eu-central-1::snapshot/*', 'ec2:us-east-1::snapshot/*'],
      keys: [
        'kms:us-east-1:444444444444:key/66666666-7777-8888-9999-000000000000',
        'kms:eu-central-1:444444444444:key/11111111-2222-3333-4444-555555555555',
      ],
      'keys by alias': ['kms:eu-central-1:ACCOUNT:key/*', 'kms:us-east-1:ACCOUNT:key/*'],
      instances: ['ec2:eu-central-1:ACCOUNT:instance/*', 'ec2:us-east-1:ACCOUNT:instance/*'],
      volumes: ['ec2:eu-central-1:ACCOUNT:volume/*', 'ec2:us-east-1:ACCOUNT:volume/*'],
      'security groups': [
        'ec2:eu-central-1:ACCOUNT:security-group/*',
        'ec2:us-east-1:ACCOUNT:security-group/*',
      ],
      'key pairs': ['ec2:eu-central-1:ACCOUNT:key-pair/*', 'ec2:us-east-1:ACCOUNT:key-pair/*'],
    },
    keyAliases: ['alias/golden-ami'],
    builds: {
      words: {
        REPO: 'all-images',
        REPO_REGION: 'REGION',
        PROFILE: 'team/packer',
        PROFILE_ROLE: 'team/packer-role',
        KEY: 'kms:eu-central-1:444444444444:key/11111111-2222-3333-4444-555555555555',
        ECR_REPOSITORY: 'eu-central-1:444444444444:repository/packer',
      },
      with: ['image repo here', 'instance profiles', 'keys', 'image in ECR'],
    },
  },
  {
    name: 'elsewhere',
    role: 'bakery',
    region: 'eu-west-1',
    account: '555555555555',
    bakery: 'elsewhere',
    places: {
      ...everyBakery,
      'bake project': ['codebuild:REGION:ACCOUNT:project/ami-bakery-elsewhere-packer'],
      'build projects': [
        'codebuild:REGION:ACCOUNT:project/ami-bakery-elsewhere-packer',
        'codebuild:REGION:ACCOUNT:project/ami-bakery-elsewhere-test',
      ],
      'own parameters': ['ssm:eu-west-1:ACCOUNT:parameter/bakery/*'],
      'role of the image repo': ['iam::888888888888:role/ami-bakery-image-repo'],
      images: ['ec2:eu-west-1::image/*'],
      snapshots: ['ec2:eu-west-1::snapshot/*'],
      instances: ['ec2:eu-west-1:ACCOUNT:instance/*'],
      volumes: ['ec2:eu-west-1:ACCOUNT:volume/*'],
      'security groups': ['ec2:eu-west-1:ACCOUNT:security-group/*'],
      'key pairs': ['ec2:eu-west-1:ACCOUNT:key-pair/*'],
    },
    builds: {
      words: {
        REPO_ROLE: 'iam::888888888888:role/ami-bakery-image-repo',
        ECR_REPOSITORY: 'REGION:ACCOUNT:repository/ami-bakery-elsewhere-packer',
        BASE_REPOSITORY: 'eu-west-1:999999999999:repository/mirror/amazonlinux',
      },
      subnets: ['subnet-0a1b2c3d4e5f60718'],
      with: ['image repo of another account', 'vpc', 'image in ECR', 'base in ECR'],
    },
    container: true,
  },
];
