import { inBatches } from '../aws/batches';
import type { LedgerState } from '../ledger/read-state';
import type { Channel } from '../lifecycle/channel';
import type { ParameterFacts } from '../preflight/facts';
import { parameterPrefix } from '../settings/parameter-pattern';
import type { DoctorDeps } from './deps';

/** Parameter Store keeps this many versions of a parameter (PutParameter API reference). */
const versionsKept = 100;
const atOnce = 4;

/** Whatever is below the bakery's prefix: whose it is, and whether it can still be written. */
export async function lookAtParameters(
  deps: DoctorDeps,
  regions: readonly string[],
  state: LedgerState,
): Promise<ParameterFacts[]> {
  const prefix = parameterPrefix(deps.subject.settings.parameterPattern);
  const path = prefix.slice(0, prefix.lastIndexOf('/')) || '/';
  const own = namesOf(state);
  const found = await Promise.all(
    regions.map(async (region) => {
      const below = await deps.inventory.below(region, path);
      return below
        .filter(({ name }) => name.startsWith(prefix))
        .map((it) => ({ ...it, region, known: own.has(`${region} ${it.name}`) }));
    }),
  );
  const worthALook = found.flat().filter((it) => !it.known || it.version >= versionsKept);
  return inBatches(worthALook, { size: 1, atOnce }, async ([it]) => {
    const { region, name, value, known, version } = it!;
    const [tags, oldest] = await Promise.all([
      known ? undefined : deps.inventory.tags(region, name),
      version >= versionsKept ? deps.inventory.oldest(region, name) : undefined,
    ]);
    return { region, name, value, known, keeper: tags?.['bakery'], oldest };
  });
}

/** Those that a channel or a mirror is kept in, or is on its way to. */
function namesOf({ records, mirrors }: LedgerState): Set<string> {
  const channels: Channel[] = [
    ...[...records.values()].flatMap((record) => Object.values(record.channels)),
    ...[...mirrors.values()].map(({ state }) => state),
  ];
  return new Set(
    channels.flatMap(({ parameterNames = {}, moving }) => [
      ...Object.entries(parameterNames).map(([region, name]) => `${region} ${name}`),
      ...Object.entries(moving?.parameters ?? {}).map(([region, { name }]) => `${region} ${name}`),
    ]),
  );
}
