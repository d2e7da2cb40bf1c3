import { AwsError } from '../aws/errors';
import { known, unknown, type Known } from '../definitions/known';
import { LedgerError } from '../ledger/ledger-error';
import { newMeta } from '../ledger/meta';
import { readState, type LedgerState } from '../ledger/read-state';
import { amiQuotaCode } from '../preflight/checks/quotas';
import type { Facts, RegionFacts } from '../preflight/facts';
import { judge } from '../preflight/judge';
import { regionsOf, type CheckedImage } from '../preflight/subject';
import type { DoctorDeps } from './deps';
import { checkedImages } from './images';
import { lookAtDrift } from './look-at-drift';
import { lookAtKeys } from './look-at-keys';
import { lookAtNetwork } from './look-at-network';
import { lookAtParameters } from './look-at-parameters';
import { lookAtProfiles, lookAtRights } from './look-at-roles';
import type { Diagnosis } from './diagnosis';
import { derived, tryToKnow, whyUnknown } from './try-to-know';

/** Looks at everything and judges it. Reads only; what cannot be read is told as such. */
export async function examine(deps: DoctorDeps, nowMs: number): Promise<Diagnosis> {
  const { subject } = deps;
  const facts = await gather(deps);
  return {
    bakery: subject.settings.bakery,
    account: subject.settings.account,
    region: subject.settings.region,
    atMs: nowMs,
    source: subject.source,
    ...(facts.deployed.known ? { deployed: facts.deployed.value } : {}),
    images: facts.images.known ? facts.images.value.length : 0,
    ...judge(facts),
  };
}

async function gather(deps: DoctorDeps): Promise<Facts> {
  const { subject } = deps;
  const { settings } = subject;
  const { region, repo } = settings;
  const ledger = await readLedger(deps);
  const deployed = derived(ledger, (state) => state !== undefined);
  const isDeployed = !deployed.known || deployed.value;
  const images = derived(ledger, (state) => (state === undefined ? [] : checkedImages(state, settings)));
  const all: CheckedImage[] = images.known ? images.value : [];
  const everywhere = regionsOf(settings, all);
  const types = [...new Set(all.map(({ instanceType }) => instanceType))];

  const [regions, network, instanceTypes, builds, seenRepo, profiles, rights, drift] = await Promise.all([
    lookAtRegions(deps, everywhere),
    lookAtNetwork(deps),
    types.length === 0
      ? known({ architectures: new Map(), offered: new Map() })
      : tryToKnow(() => deps.surroundings.instanceTypes(region, types)),
    lookAtBuilds(deps),
    repo === undefined
      ? known({ repository: true, branch: true })
      : tryToKnow(() =>
          deps.repo({ region: repo.region ?? region, repository: repo.name, branch: repo.branch }),
        ),
    lookAtProfiles(deps, all, isDeployed),
    isDeployed ? lookAtRights(deps, everywhere) : [],
    lookAtDrift(deps, all),
  ]);
  const [keys, topic, subscriptions, deadLetters, strangers] = await Promise.all([
    lookAtKeys(deps, { images: all, regions, drift }),
    settings.topicArn === undefined || !isDeployed
      ? known(undefined)
      : tryToKnow(() => deps.topics.topic(settings.topicArn!)),
    isDeployed ? lookAtSubscriptions(deps) : [],
    Promise.all(
      subject.deadLetterQueues.map(async (queue) => ({
        queue,
        waiting: await tryToKnow(() => deps.queueDepth(queue)),
      })),
    ),
    ledger.known
      ? tryToKnow(() =>
          lookAtParameters(
            deps,
            regions.filter(({ refused }) => !refused).map((it) => it.region),
            ledger.value ?? nothingStored(),
          ),
        )
      : ledger,
  ]);
  return {
    subject,
    deployed,
    images,
    regions,
    keys,
    network,
    instanceTypes,
    builds,
    repo: seenRepo,
    profiles,
    rights,
    topic,
    subscriptions,
    deadLetters,
    drift,
    strangers,
  };
}

/** Undefined: there is no table, so nothing is deployed. */
async function readLedger({ table, subject }: DoctorDeps): Promise<Known<LedgerState | undefined>> {
  try {
    return known(await readState(table));
  } catch (error) {
    if (error instanceof LedgerError) return unknown(error.message);
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'NOT_FOUND') return known(undefined);
    return unknown(`the ledger ${subject.settings.table} could not be read: ${whyUnknown(error)}`);
  }
}

const nothingStored = (): LedgerState => ({
  meta: newMeta(),
  records: new Map(),
  upstreams: new Map(),
  mirrors: new Map(),
  commands: [],
  revocations: new Map(),
  slots: new Map(),
});

async function lookAtRegions(
  { surroundings, quotas, subject }: DoctorDeps,
  regions: readonly string[],
): Promise<RegionFacts[]> {
  // Whoever may look in none of them lacks the permission; who may look in one and not in another is kept out of it.
  const looked = await Promise.all(
    regions.map(async (region) => {
      let denied = false;
      const amis = await tryToKnow(async () => {
        try {
          return await surroundings.ownAmis(region);
        } catch (error) {
          denied = error instanceof AwsError && error.code === 'ACCESS_DENIED';
          throw error;
        }
      });
      return { region, amis, denied };
    }),
  );
  const home = looked.find(({ region }) => region === subject.settings.region);
  return Promise.all(
    looked.map(async ({ region, amis, denied }) => {
      const refused = denied && home?.amis.known === true;
      if (refused) return { region, amis, refused, amiQuota: known(undefined), ebs: unknown('EC2 refuses') };
      const [amiQuota, ebs] = await Promise.all([
        tryToKnow(async () => (await quotas.find(region, 'ec2', ({ code }) => code === amiQuotaCode))?.value),
        tryToKnow(() => surroundings.ebsDefaults(region)),
      ]);
      return { region, amis, refused, amiQuota, ebs };
    }),
  );
}

async function lookAtBuilds({ subject, quotas, project }: DoctorDeps): Promise<Facts['builds']> {
  const { buildMachine, settings } = subject;
  if (buildMachine === undefined || settings.buildProject === undefined)
    return { quota: known(undefined), project: known(undefined) };
  const name = `Concurrently running builds for ${buildMachine.system}/${buildMachine.size} environment`;
  const { buildProject, region } = settings;
  const [quota, seen] = await Promise.all([
    tryToKnow(() => quotas.find(region, 'codebuild', (it) => it.name === name)),
    tryToKnow(() => project(buildProject)),
  ]);
  return { quota, project: seen };
}

const lookAtSubscriptions = ({ subject, topics }: DoctorDeps): Promise<Facts['subscriptions']> =>
  Promise.all(
    subject.settings.upstreams.map(async ({ bakery, account, topicArn }) => ({
      bakery,
      account,
      topicArn,
      seen: await tryToKnow(() => topics.subscription(topicArn, subject.upstreamFunctionArn)),
    })),
  );
