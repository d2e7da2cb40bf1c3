import pLimit from 'p-limit';
import { AwsError } from '../../aws/errors';
import type { ImageKey } from '../../definitions/catalog';
import { hourMs } from '../../definitions/instant';
import { known, unknown, type Known } from '../../definitions/known';
import { parameterName, splitImageKey } from '../../definitions/names';
import { endedBake, isRecorded } from '../../ledger/ended-bake';
import { LedgerError } from '../../ledger/ledger-error';
import { readState, type LedgerState } from '../../ledger/read-state';
import { bakeOf, planJanitor } from '../../lifecycle/janitor';
import type { Channel } from '../../lifecycle/channel';
import type { JanitorFacts, JanitorPlan } from '../../lifecycle/janitor';
import { bakeryTag, imageTag, leftoverKinds, type Leftover } from '../../lifecycle/leftover';
import type { JanitorDeps } from './deps';

/** Calls under way at once. */
const concurrency = 12;
/** Bakes looked up in one run; where more left something, or have results, the others get their turn in the next hours. */
const mostLookups = 500;

export interface Look {
  facts: JanitorFacts;
  plan: JanitorPlan;
}

/**
 * Reads what carries a bake's id in every region that images may be in, then the ledger, so that a bake that began in
 * between is never taken for an unknown one. What stands in the way of a removal is asked only of what would be removed.
 * @throws AwsError where the ledger cannot be read: then nothing is known of anything
 */
export async function look(deps: JanitorDeps): Promise<Look> {
  const { settings, table } = deps;
  const seen = await findAll(deps);
  const ledger = await readState(table);
  const facts: JanitorFacts = {
    bakery: settings.bakery,
    seen,
    live: new Set([...ledger.records.values()].flatMap(({ live }) => live?.id ?? [])),
    publishing: new Set(channelsOf(ledger).flatMap(({ moving }) => moving?.to.bakeId ?? [])),
    bakes: new Map(),
    pointedTo: known(channelAmis(ledger)),
    shared: new Map(),
    recorded: new Map(),
  };
  const withBakes = { ...facts, bakes: await lookUpBakes(deps, facts) };
  const images = planJanitor(withBakes, deps.nowMs()).removals.flatMap(({ leftover }) =>
    leftover.kind === 'image' ? leftover : [],
  );
  const [parameters, shared, recorded] = await Promise.all([
    parameterAmis(deps, ledger, images),
    ask(
      // Only an available one can have launch permissions.
      images.filter(({ state }) => state === 'available'),
      ({ region, id }) => deps.leftovers.isShared(region, id),
    ),
    ask(images, ({ id }) => isRecorded(table, id)),
  ]);
  const pointedTo = parameters.known
    ? known(new Set([...channelAmis(ledger), ...parameters.value]))
    : parameters;
  const complete = { ...withBakes, pointedTo, shared, recorded };
  return { facts: complete, plan: planJanitor(complete, deps.nowMs()) };
}

const findAll = ({ settings, leftovers }: JanitorDeps): Promise<JanitorFacts['seen']> => {
  const limit = pLimit(concurrency);
  const regions = [...new Set([settings.region, ...settings.ceilings.regions])];
  return Promise.all(
    regions.flatMap((region) =>
      leftoverKinds.map((kind) =>
        limit(async () => ({ region, kind, resources: await asKnown(() => leftovers.find(region, kind)) })),
      ),
    ),
  );
};

/** What could not be read is unknown; anything but AWS's refusal is a mistake of the program. */
async function asKnown<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await read());
  } catch (error) {
    if (!(error instanceof AwsError || error instanceof LedgerError)) throw error;
    return unknown(error.message);
  }
}

async function lookUpBakes(deps: JanitorDeps, facts: JanitorFacts): Promise<JanitorFacts['bakes']> {
  const images = new Map<string, string | undefined>();
  // Instances and what hangs on them come first: they cost the most, and are few.
  for (const { resources } of [...facts.seen].sort((a, b) => order(a.kind) - order(b.kind))) {
    for (const leftover of resources.known ? resources.value : []) {
      const bakeId = bakeOf(leftover);
      if (bakeId === undefined || leftover.tags[bakeryTag] !== facts.bakery || facts.live.has(bakeId))
        continue;
      if (facts.publishing.has(bakeId)) continue;
      if (!facts.pointedTo.known || facts.pointedTo.value.has(leftover.id)) continue;
      images.set(bakeId, images.get(bakeId) ?? leftover.tags[imageTag]);
    }
  }
  const limit = pLimit(concurrency);
  const looked = await Promise.all(
    inTurn([...images], deps.nowMs()).map(([bakeId, image]) =>
      limit(async () => {
        // Without its image a bake cannot be looked up: what was not found that way is not unknown to the ledger.
        if (!isImageKey(image)) return [bakeId, unknown(`its tag ${imageTag} names no image`)] as const;
        return [bakeId, await asKnown(() => endedBake(deps.table, image, bakeId))] as const;
      }),
    ),
  );
  return new Map(looked);
}

const isImageKey = (text: string | undefined): text is ImageKey =>
  text !== undefined && /^[^/]+\/(x86_64|arm64)$/.test(text);

const order = (kind: Leftover['kind']): number => leftoverKinds.indexOf(kind);

/** The first half of the turn is always the same, so that what costs most is seen each hour; the rest moves on. */
function inTurn<T>(all: T[], nowMs: number): T[] {
  if (all.length <= mostLookups) return all;
  const always = mostLookups / 2;
  const rest = all.slice(always);
  const from = (Math.floor(nowMs / hourMs) * always) % rest.length;
  return [...all.slice(0, always), ...[...rest, ...rest].slice(from, from + always)];
}

const channelsOf = (ledger: LedgerState): Channel[] => [
  ...[...ledger.records.values()].flatMap(({ channels }) => Object.values(channels)),
  ...[...ledger.mirrors.values()].map(({ state }) => state),
];

/** AMIs that channels point to, or are about to. */
const channelAmis = (ledger: LedgerState): Set<string> =>
  new Set(
    channelsOf(ledger).flatMap(({ current, moving }) => [
      ...Object.values(current?.amis ?? {}),
      ...Object.values(moving?.to.amis ?? {}),
    ]),
  );

/** What the parameters of these AMIs' images hold, in the AMIs' regions: a restored ledger may know less than they do. */
async function parameterAmis(
  deps: JanitorDeps,
  ledger: LedgerState,
  images: Leftover[],
): Promise<Known<Set<string>>> {
  const names = new Map<string, Set<string>>();
  for (const { region, tags } of images) {
    const image = tags[imageTag];
    if (!isImageKey(image)) continue;
    const inRegion = names.get(region) ?? new Set<string>();
    for (const name of parameterNames(deps, ledger, image)) inRegion.add(name);
    names.set(region, inRegion);
  }
  return asKnown(async () => {
    const read = await Promise.all(
      [...names].map(([region, wanted]) => deps.parameters.get(region, [...wanted])),
    );
    return new Set(read.flatMap((values) => [...values.values()].map(({ value }) => value)));
  });
}

/** Every name under which a channel of the image is, or was last confirmed. */
function parameterNames({ settings }: JanitorDeps, ledger: LedgerState, image: ImageKey): string[] {
  const { name, architecture } = splitImageKey(image);
  const record = ledger.records.get(image);
  const definition = ledger.catalog?.inForce?.catalog.images.find(({ key }) => key === image);
  const channels = new Set([
    ...Object.keys(record?.channels ?? {}),
    ...(definition?.channels ?? []),
    'stable',
    'candidate',
  ]);
  return [
    ...[...channels].map((channel) => parameterName(settings.parameterPattern, name, architecture, channel)),
    ...Object.values(record?.channels ?? {}).flatMap(({ parameterNames: confirmed }) =>
      Object.values(confirmed ?? {}),
    ),
  ];
}

async function ask(
  images: Leftover[],
  whether: (image: Leftover) => Promise<boolean>,
): Promise<ReadonlyMap<string, Known<boolean>>> {
  const limit = pLimit(concurrency);
  const answers = images.map((image) =>
    limit(async () => [image.id, await asKnown(() => whether(image))] as const),
  );
  return new Map(await Promise.all(answers));
}
