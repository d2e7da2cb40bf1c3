import { AwsError } from '../aws/errors';
import type { BuildObservation, ParameterValue } from '../aws/edges';
import type { Known } from '../definitions/known';
import { known, unknown } from '../definitions/known';
import { minuteMs } from '../definitions/instant';
import type { Bake } from '../lifecycle/bake';
import { readAmis } from '../lifecycle/exported-amis';
import { readState, type LedgerState } from '../ledger/read-state';
import type { CatalogInForce } from '../planning/snapshot';
import { resolveBases } from '../bases/resolve';
import { distributions } from './advance-copies';
import type { ReconcileDeps } from './deps';
import { driftPage } from './drift';
import type { WakeUp } from '../events/wake-up';
import { parameterKey, readParameters } from './read-parameters';
import { Run, type Facts } from './run';

/** The head of the branch; `value: undefined` where there is no such branch. */
export type Head = Known<string | undefined>;

export interface Observation {
  run: Run;
  head: Head;
}

/**
 * Reads the world: the ledger and the branch's head side by side, then everything the ledger says to look at, side by
 * side. What could not be read is unknown, and only what depends on it waits.
 */
export async function observe(deps: ReconcileDeps, messages: readonly WakeUp[]): Promise<Observation> {
  const [ledger, head, hinted] = await Promise.all([
    readState(deps.table),
    readHead(deps),
    readHints(deps, messages),
  ]);
  const inForce = ledger.catalog?.inForce;
  const facts: Facts = {
    catalog: inForce === undefined ? unknown(noCatalog(ledger, head)) : known(inForce),
    bases: {},
    builds: new Map(),
    foundBuilds: new Map(),
    parameters: new Map(),
    reusable: {},
    amis: new Map(),
    copies: new Map(),
    freshBakes: new Set(),
  };
  const run = new Run(deps, messages, ledger, facts);
  if (inForce !== undefined) observeBases(run, inForce);
  await Promise.all([
    observeBuilds(run, hinted.builds).then(() => observeResults(run)),
    observeParameters(run, hinted.parameters),
    observeCopies(run),
  ]);
  return { run, head };
}

/**
 * What the messages say where to look is read together with the ledger: it saves a round trip in every hop of a cascade.
 * Nothing more is believed of them, and what could not be read that way is read again in its turn.
 */
async function readHints(deps: ReconcileDeps, messages: readonly WakeUp[]): Promise<Hints> {
  const buildIds = messages.flatMap((message) => (message.kind === 'build' ? [message.buildId] : []));
  const names = messages.flatMap((message) => (message.kind === 'parameter' ? [message.name] : []));
  const [builds, parameters] = await Promise.all([
    buildIds.length === 0 ? [] : deps.builds.get([...new Set(buildIds)]).catch(ifAws),
    names.length === 0 ? [] : deps.parameters.get(deps.settings.region, [...new Set(names)]).catch(ifAws),
  ]);
  return { builds: new Map(builds), parameters: new Map(parameters) };
}

interface Hints {
  builds: Map<string, BuildObservation>;
  parameters: Map<string, ParameterValue>;
}

const ifAws = (error: unknown): [] => {
  if (error instanceof AwsError) return [];
  throw error;
};

async function readHead(deps: ReconcileDeps): Promise<Head> {
  if (deps.repo === undefined) return known(undefined);
  try {
    return known(await deps.repo.head());
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    deps.log.error('the image repo could not be read', { code: error.code, error });
    return unknown(`${error.call}: ${error.message}`);
  }
}

function noCatalog(ledger: LedgerState, head: Head): string {
  if (ledger.catalog !== undefined) {
    return `no valid bakery.yml has been seen yet (last tried: commit ${ledger.catalog.headSeen})`;
  }
  if (!head.known) return `the image repo could not be read: ${head.why}`;
  return head.value === undefined ? 'the branch does not exist' : 'the image repo has not been read yet';
}

/** Begins to ask for the bases, and leaves the answer to `run.bases`. Begun again after a new catalog was accepted. */
export function observeBases(run: Run, inForce: CatalogInForce): void {
  run.bases = askForBases(run, inForce);
  // Whoever plans awaits it and meets the error; until then it is nobody's.
  run.bases.catch(() => undefined);
}

async function askForBases(run: Run, { catalog }: CatalogInForce): Promise<void> {
  const { deps, ledger } = run;
  const inUse = new Set<string>();
  for (const { channels } of run.records) {
    for (const { current } of Object.values(channels)) {
      if (current?.baseAmiId !== undefined) inUse.add(current.baseAmiId);
    }
  }
  run.facts.bases = await resolveBases(catalog, inUse, {
    region: deps.settings.region,
    parameters: deps.parameters,
    amis: deps.amis,
    upstreams: ledger.upstreams,
    followed: new Set(deps.settings.upstreams.map(({ bakery }) => bakery)),
  });
}

async function observeBuilds(run: Run, hinted: Hints['builds']): Promise<void> {
  const running = run.records.flatMap(({ live }) => (live === undefined ? [] : (awaitedBuild(live) ?? [])));
  if (running.length === 0) return;
  const ids = running.filter((buildId) => !hinted.has(buildId));
  try {
    const seen = ids.length === 0 ? hinted : await run.deps.builds.get(ids);
    for (const buildId of running) {
      run.facts.builds.set(buildId, known(hinted.get(buildId) ?? seen.get(buildId)));
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.note('reading builds', undefined, error);
    for (const buildId of running) run.facts.builds.set(buildId, unknown(error.message));
  }
}

/** The build that a bake waits for: its own, or its test's. */
function awaitedBuild({ status, buildId, test }: Bake): string | undefined {
  if (status === 'building') return buildId;
  return status === 'testing' ? test?.buildId : undefined;
}

/** AMIs that ended builds named: adoption looks at them in a moment. */
async function observeResults(run: Run): Promise<void> {
  const byRegion = new Map<string, string[]>();
  for (const build of run.facts.builds.values()) {
    const exported = build.known ? build.value?.exported['AMIS'] : undefined;
    for (const [region, amiId] of Object.entries(readAmis(exported ?? '') ?? {})) {
      byRegion.set(region, [...(byRegion.get(region) ?? []), amiId]);
    }
  }
  await Promise.all(
    [...byRegion].map(([region, amiIds]) =>
      run.attempt('looking at results', undefined, async () => {
        for (const [amiId, ami] of await run.deps.amis.get(region, amiIds)) run.facts.amis.set(amiId, ami);
      }),
    ),
  );
}

/** Copies under way, all of a region at once. */
async function observeCopies(run: Run): Promise<void> {
  const byRegion = new Map<string, string[]>();
  for (const { distribution } of distributions(run)) {
    for (const [region, { state, amiId }] of Object.entries(distribution.copies)) {
      if (state !== 'sent' || amiId === undefined) continue;
      byRegion.set(region, [...(byRegion.get(region) ?? []), amiId]);
    }
  }
  await Promise.all(
    [...byRegion].map(async ([region, amiIds]) => {
      try {
        const seen = await run.deps.amis.get(region, amiIds);
        for (const amiId of amiIds) run.facts.copies.set(amiId, known(seen.get(amiId)));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        run.note('looking at copies', undefined, error);
        for (const amiId of amiIds) run.facts.copies.set(amiId, unknown(error.message));
      }
    }),
  );
}

/** Parameters of moves under way, and on a tick ten of the others, in turn. */
async function observeParameters(run: Run, hinted: Hints['parameters']): Promise<void> {
  const byRegion = new Map<string, Set<string>>();
  const want = (region: string, name: string): void => {
    if (region === run.deps.settings.region && hinted.has(name)) {
      run.facts.parameters.set(parameterKey(region, name), known(hinted.get(name)?.value));
      return;
    }
    const names = byRegion.get(region) ?? new Set<string>();
    byRegion.set(region, names.add(name));
  };
  const channels = [
    ...run.records.flatMap(({ channels }) => Object.values(channels)),
    ...[...run.ledger.mirrors.values()].map(({ state }) => state),
  ];
  for (const { moving } of channels) {
    for (const [region, { name }] of Object.entries(moving?.parameters ?? {})) want(region, name);
  }
  if (run.messages.some(({ kind }) => kind === 'tick')) {
    const tick = Math.floor(run.nowMs / (5 * minuteMs));
    for (const { region, name } of driftPage(channels, tick)) want(region, name);
  }
  await Promise.all([...byRegion].map(([region, names]) => readParameters(run, region, [...names])));
}
