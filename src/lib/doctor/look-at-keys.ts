import { known } from '../definitions/known';
import type { DriftFacts, KeyFacts, RegionFacts } from '../preflight/facts';
import { isShared, type CheckedImage } from '../preflight/subject';
import type { DoctorDeps } from './deps';
import { tryToKnow } from './try-to-know';

type Asked = Pick<KeyFacts, 'region' | 'asked' | 'by' | 'images'>;

/** Every key that an image is, or will be, encrypted with; each once, whatever names it has. */
export async function lookAtKeys(
  deps: DoctorDeps,
  seen: { images: readonly CheckedImage[]; regions: readonly RegionFacts[]; drift: readonly DriftFacts[] },
): Promise<KeyFacts[]> {
  const asked = merged(
    [
      ...fromDefinitions(seen.images),
      ...fromSettings(deps),
      ...fromDefaults(seen.images, seen.regions),
      ...fromSnapshots(seen.drift),
    ],
    ({ region, asked: name }) => `${region} ${name}`,
  );
  const looked = await Promise.all(asked.map((it) => look(deps, it)));
  return merged(looked, ({ region, asked: name, key }) =>
    key.known && key.value !== undefined ? `${region} ${key.value.arn}` : `${region} ${name}`,
  );
}

const fromDefinitions = (images: readonly CheckedImage[]): Asked[] =>
  images.flatMap((image) =>
    image.regions.flatMap(({ region, kmsKey }) =>
      kmsKey === undefined
        ? []
        : [{ region, asked: kmsKey, by: [`${image.key} in bakery.yml`], images: [image].filter(isShared) }],
    ),
  );

const fromSettings = ({ subject }: DoctorDeps): Asked[] =>
  subject.buildKeys.map((asked) => ({
    region: subject.settings.region,
    asked,
    by: [`${subject.source}, stack.bake.kmsKeys`],
    images: [],
  }));

/** What EC2 encrypts with by itself, where the account says so and bakery.yml names no key. */
const fromDefaults = (images: readonly CheckedImage[], regions: readonly RegionFacts[]): Asked[] =>
  regions.flatMap(({ region, ebs }) => {
    if (!ebs.known || !ebs.value.encryptedByDefault) return [];
    const those = images.filter((image) =>
      image.regions.some((it) => it.region === region && it.kmsKey === undefined),
    );
    return [
      {
        region,
        asked: ebs.value.defaultKey,
        by: [`the EBS encryption of ${region}`],
        images: those.filter(isShared),
      },
    ];
  });

const fromSnapshots = (drift: readonly DriftFacts[]): Asked[] =>
  drift.flatMap(({ image, region, amiId, keys }) =>
    (keys.known ? keys.value : []).flatMap((asked) =>
      asked === undefined ? [] : [{ region, asked, by: [amiId], images: [image].filter(isShared) }],
    ),
  );

async function look({ keys }: DoctorDeps, asked: Asked): Promise<KeyFacts> {
  const key = await tryToKnow(() => keys.key(asked.region, asked.asked));
  const arn = key.known && key.value?.managedByAws === false ? key.value.arn : undefined;
  // Nobody has to be able to use a key that nothing shared is encrypted with.
  const ask = arn !== undefined && asked.images.length > 0;
  const [policy, grants] = await Promise.all([
    ask ? tryToKnow(() => keys.policy(asked.region, arn)) : known(undefined),
    ask ? tryToKnow(() => keys.grants(asked.region, arn)) : known([]),
  ]);
  return { ...asked, key, policy, grants };
}

/** One entry for each id; the first that was asked policy and grants gives them. */
function merged<T extends Asked>(all: T[], idOf: (entry: T) => string): T[] {
  const byId = new Map<string, T>();
  for (const entry of all) {
    const before = byId.get(idOf(entry));
    if (before === undefined) byId.set(idOf(entry), entry);
    else
      byId.set(idOf(entry), {
        ...(before.images.length > 0 ? before : { ...entry, asked: before.asked }),
        by: [...new Set([...before.by, ...entry.by])],
        images: [...new Set([...before.images, ...entry.images])],
      });
  }
  return [...byId.values()];
}
