import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { deployments, accounts } from '../bakery/deployment';
import type { LocalBakery } from '../bakery/local-bakery';
import { ImageRepo } from './image-repo';
import type { TourSetting } from './tour';
import { far, home, key } from './travel';

const starters = join(import.meta.dirname, '../../../packer');

/** The accounts of a tour of the starter repos: the consumer mirrors the one image that is shared with it. */
export const starterDeployments = () =>
  deployments({
    mirrors: [{ image: 'base-al2023', architecture: 'x86_64', channel: 'stable' }],
    ceilings: { regions: [far], kmsKeys: [key] },
  });

/** The platform team's repo with the starter's files, not pushed yet. */
export const starterPlatform = (bakery: LocalBakery): Promise<ImageRepo> =>
  starterRepo(bakery, accounts.platform, 'platform');

/** Both starter repos; the application team's is pushed already and waits for what it is built on. */
export async function starterSetting(bakery: LocalBakery): Promise<TourSetting> {
  const shop = await starterRepo(bakery, accounts.shop, 'app');
  const repo = await starterPlatform(bakery);
  for (const account of [accounts.platform, accounts.shop]) {
    for (const region of [home, far]) bakery.aws.kms.createKey({ account, region }, { alias: key });
  }
  await shop.push("The shop, on the platform team's base");
  await bakery.settle();
  return { bakery, repo, bakeries: [accounts.platform, accounts.shop], consumers: [accounts.consumer] };
}

async function starterRepo(bakery: LocalBakery, account: string, starter: string): Promise<ImageRepo> {
  const { region, repo } = bakery.deployments.find(({ settings }) => settings.account === account)!.settings;
  const made = await bakery.repos.createRepo({
    account,
    region,
    name: repo!.name,
    defaultBranch: repo!.branch,
  });
  const workTree = join(bakery.scratch.folder('work'), starter);
  await bakery.repos.checkOut(made, workTree);
  await cp(join(starters, starter), workTree, { recursive: true });
  return new ImageRepo(bakery.repos, made, workTree, '');
}
