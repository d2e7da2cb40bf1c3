import { inBatches } from '../aws/batches';
import { known, type Known } from '../definitions/known';
import type { AmiObservation } from '../lifecycle/observation';
import type { DriftFacts } from '../preflight/facts';
import type { CheckedImage } from '../preflight/subject';
import type { DoctorDeps } from './deps';
import { derived, tryToKnow } from './try-to-know';

interface Place {
  image: CheckedImage;
  channel: string;
  region: string;
  amiId: string;
  parameter?: string;
}

/** One AMI is asked for at a time: DescribeImageAttribute takes no list. */
const atOnce = 8;

/** What EC2 and Parameter Store say of everything that a channel points to. */
export async function lookAtDrift(deps: DoctorDeps, images: readonly CheckedImage[]): Promise<DriftFacts[]> {
  const places = images.flatMap(placesOf);
  const regions = [...new Set(places.map(({ region }) => region))];
  const byRegion = await Promise.all(
    regions.map((region) =>
      lookIn(
        deps,
        region,
        places.filter((place) => place.region === region),
      ),
    ),
  );
  return byRegion.flat();
}

const placesOf = (image: CheckedImage): Place[] =>
  image.channels.flatMap(({ channel, amis, parameters }) =>
    Object.entries(amis).map(([region, amiId]) => ({
      image,
      channel,
      region,
      amiId,
      ...(parameters[region] === undefined ? {} : { parameter: parameters[region] }),
    })),
  );

async function lookIn(deps: DoctorDeps, region: string, places: Place[]): Promise<DriftFacts[]> {
  const amiIds = places.map(({ amiId }) => amiId);
  const names = places.flatMap(({ parameter }) => parameter ?? []);
  const [amis, values] = await Promise.all([
    tryToKnow(() => deps.amis.get(region, amiIds)),
    tryToKnow(() => deps.parameters.get(region, names)),
  ]);
  const keys = await snapshotKeys(deps, region, amis);
  return inBatches(places, { size: 1, atOnce }, async ([place]) => {
    const { amiId, parameter } = place!;
    return {
      ...place!,
      value: derived(values, (all) => (parameter === undefined ? undefined : all.get(parameter)?.value)),
      ami: derived(amis, (all) => all.get(amiId)),
      permissions: await tryToKnow(() => deps.amis.launchPermissions(region, amiId)),
      keys: derived(keys, (all) =>
        (amis.known ? (amis.value.get(amiId)?.snapshotIds ?? []) : []).map((id) => all.get(id)),
      ),
    };
  });
}

async function snapshotKeys(
  deps: DoctorDeps,
  region: string,
  amis: Known<Map<string, AmiObservation>>,
): Promise<Known<Map<string, string | undefined>>> {
  if (!amis.known) return amis;
  const ids = [...amis.value.values()].flatMap(({ snapshotIds }) => snapshotIds);
  if (ids.length === 0) return known(new Map());
  return tryToKnow(() => deps.surroundings.snapshotKeys(region, ids));
}
