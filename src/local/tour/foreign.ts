import { plannedCommands, parseBuildspec } from '../builds/buildspec';
import { accounts, deployments } from '../bakery/deployment';
import type { LocalBakery } from '../bakery/local-bakery';
import { seedTakenForGranted } from './taken-for-granted';
import type { ForeignRepo } from './foreign-repo';
import { ImageRepo } from './image-repo';
import { starterPlatform } from './starter';
import type { TourSetting } from './tour';

/**
 * A repo whose images are built on another bakery's stands in the application account, with the starter's platform to
 * follow; any other is the platform's. Whatever it asks to share, its owner may share on his own laptop.
 */
export function foreignDeployments(foreign: ForeignRepo) {
  const { branch, root, catalog } = foreign;
  const asked = <T>(list: (share: ForeignRepo['catalog']['images'][number]['share']) => T[]) => [
    ...new Set(catalog.images.flatMap(({ share }) => list(share))),
  ];
  const place = { branch, path: root };
  const all = deployments({
    ...(followsOthers(foreign) ? { shop: place, platformName: followed(foreign)[0] } : { platform: place }),
    shareWith: {
      accounts: [...new Set([...asked((share) => share.accounts), accounts.shop, accounts.consumer])],
      organizations: asked((share) => share.organizations),
      organizationalUnits: asked((share) => share.organizationalUnits),
    },
    mirrors: [],
  });
  return followsOthers(foreign) ? all : all.filter(({ settings }) => settings.account === accounts.platform);
}

/** Names of the bakeries that its images are built on. */
const followed = ({ catalog }: ForeignRepo): string[] =>
  catalog.images.flatMap(({ base }) => (base.kind === 'upstream' ? base.bakery : []));

const followsOthers = (foreign: ForeignRepo): boolean => followed(foreign).length > 0;

/** The clone pushes to the local bakery from now on; the repo it came from is not touched again. */
export async function foreignSetting(
  bakery: LocalBakery,
  foreign: ForeignRepo,
  nowMs: number,
): Promise<TourSetting> {
  const account = followsOthers(foreign) ? accounts.shop : accounts.platform;
  const { settings } = bakery.deployments.find((deployment) => deployment.settings.account === account)!;
  const { region, repo } = settings;
  const made = await bakery.repos.createRepo({
    account,
    region,
    name: repo!.name,
    defaultBranch: repo!.branch,
  });
  await bakery.repos.git.run(foreign.workTree, ['remote', 'set-url', 'origin', made.git.path]);
  seedTakenForGranted(bakery.aws, { account, region }, foreign, nowMs);
  if (followsOthers(foreign)) await starterPlatform(bakery).then((platform) => platform.push('First images'));
  await bakery.settle();
  return {
    bakery,
    repo: new ImageRepo(bakery.repos, made, foreign.workTree, foreign.root),
    bakeries: followsOthers(foreign) ? [account, accounts.platform] : [account],
    consumers: [],
  };
}

/** What a tour of a foreign repo runs on this machine, a line each. */
export function commandsOnThisMachine(foreign: ForeignRepo, buildspec: string): string[] {
  const images = foreign.catalog.images.map(
    ({ key, template }) => `packer validate, then packer build: ${template.path} (${key})`,
  );
  const local = [...foreign.texts].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      return line.includes('shell-local') ? [`${path}:${index + 1}: ${line.trim()}`] : [];
    }),
  );
  const commands = plannedCommands(parseBuildspec(buildspec)).map(
    ({ phase, command }) => `${phase}: ${command.split('\n')[0]!.slice(0, 100)}`,
  );
  return [...commands, ...images, ...local.map((line) => `on this machine, if packer runs it: ${line}`)];
}
