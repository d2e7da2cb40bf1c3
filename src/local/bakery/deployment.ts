import { checkSettings } from '../../lib/settings/read-settings';
import type { Settings } from '../../lib/settings/settings';

/** Names of what CloudFormation makes in each account. Accounts are apart, so the names are the same in all of them. */
export const names = {
  table: 'bakery',
  queue: 'bakery.fifo',
  topic: 'bakery-images',
  noticeTopic: 'bakery-notices',
  project: 'bakery-packer',
  testProject: 'bakery-test',
} as const;

export const region = 'eu-west-1';

/** The accounts of the local bakery. */
export const accounts = { platform: '111111111111', shop: '222222222222', consumer: '333333333333' } as const;

/** One account with what is deployed to it. */
export interface Deployment {
  /** What people call the account. */
  title: string;
  settings: Settings;
}

const arn = (account: string, topic: string) => `arn:aws:sns:${region}:${account}:${topic}`;

const inEveryAccount = (account: string) => ({
  mode: 'bake',
  account,
  region,
  table: names.table,
  queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${names.queue}`,
  notify: { default: arn(account, names.noticeTopic) },
});

const bakery = (account: string, repo: string, { shareWith, ceilings }: Differences) => ({
  ...inEveryAccount(account),
  role: 'bakery',
  repo: { name: repo, branch: 'main', path: '' },
  topicArn: arn(account, names.topic),
  buildProject: names.project,
  testProject: names.testProject,
  maxConcurrentBuilds: 4,
  approvers: ['leads'],
  ceilings: {
    shareWith: shareWith ?? { accounts: Object.values(accounts).filter((other) => other !== account) },
    ...ceilings,
  },
});

const upstream = (name: string) => ({
  bakery: name,
  account: accounts.platform,
  topicArn: arn(accounts.platform, names.topic),
});

/** A channel of the platform's that the consumer keeps a copy of. */
export interface MirroredChannel {
  image: string;
  architecture: string;
  channel: string;
}

/** What is different from one local bakery to the next. */
export interface Differences {
  /** What the platform's bakery is called. */
  platformName?: string;
  /** Where bakery.yml is, if not in the root of `main`. */
  platform?: { branch: string; path: string };
  shop?: { branch: string; path: string };
  /** Whom committers may share with; all accounts of the local bakery where left out. */
  shareWith?: Settings['ceilings']['shareWith'];
  /** Regions and keys that committers may use; none where left out. */
  ceilings?: { regions?: string[]; kmsKeys?: string[] };
  mirrors: MirroredChannel[];
}

/** Settings of all accounts, checked like those of a real deployment. */
export function deployments(differences: Differences): Deployment[] {
  const { platformName = 'platform', platform, shop, mirrors } = differences;
  const platformSettings = bakery(accounts.platform, 'golden-images', differences);
  const shopSettings = bakery(accounts.shop, 'shop-images', differences);
  const written = [
    {
      title: 'platform',
      settings: {
        bakery: platformName,
        ...platformSettings,
        repo: { ...platformSettings.repo, ...platform },
      },
    },
    {
      title: 'shop',
      settings: {
        bakery: 'shop',
        ...shopSettings,
        repo: { ...shopSettings.repo, ...shop },
        upstreams: [upstream(platformName)],
      },
    },
    ...(mirrors.length === 0
      ? []
      : [
          {
            title: 'consumer',
            settings: {
              bakery: 'consumer',
              ...inEveryAccount(accounts.consumer),
              role: 'consumer',
              upstreams: [upstream(platformName)],
              mirrors: mirrors.map((mirror) => ({ bakery: platformName, ...mirror })),
            },
          },
        ]),
  ];
  return written.map(({ title, settings }) => ({ title, settings: checkSettings(settings) }));
}
