import type { ImageDefinition } from '../../lib/definitions/catalog';
import type { ImageRecord } from '../../lib/lifecycle/image-record';
import type { Tour } from './step';

/** An image as the ledger of its account has it. */
export interface SeenImage {
  account: string;
  /** `111111111111 web/x86_64` */
  id: string;
  definition: ImageDefinition;
  record: ImageRecord | undefined;
  /** What its first channel points at. */
  amiId: string | undefined;
}

export async function imagesOf(tour: Pick<Tour, 'look' | 'bakery'>, account: string): Promise<SeenImage[]> {
  const { catalog, records } = await tour.look.ledger(account);
  const { region } = tour.bakery.deployments.find(({ settings }) => settings.account === account)!.settings;
  return (catalog?.inForce?.catalog.images ?? []).map((definition) => {
    const record = records.get(definition.key);
    const amiId = record?.channels[definition.channels[0] ?? '']?.current?.amis[region];
    return { account, id: `${account} ${definition.key}`, definition, record, amiId };
  });
}

export async function allImages(tour: Pick<Tour, 'look' | 'bakery' | 'bakeries'>): Promise<SeenImage[]> {
  const lists = await Promise.all(tour.bakeries.map((account) => imagesOf(tour, account)));
  return lists.flat();
}

/** Whether an image is built, directly or not, on one of `roots` (ids); upstreams are followed into other accounts. */
export function builtOn(images: readonly SeenImage[], roots: readonly string[]): SeenImage[] {
  const reached = new Set(roots);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const image of images) if (reached.has(baseOf(images, image) ?? '')) reached.add(image.id);
  }
  return images.filter(({ id }) => reached.has(id) && !roots.includes(id));
}

/** Id of the image that an image is built on, where a bakery makes it. */
export function baseOf(images: readonly SeenImage[], { account, definition }: SeenImage): string | undefined {
  const { base } = definition;
  if (base.kind === 'image') return `${account} ${base.image}`;
  if (base.kind !== 'upstream') return undefined;
  return images.find((other) => other.account !== account && other.definition.key === base.image)?.id;
}

/** An image of the account that nothing here is built on; one that itself is built on another before all others. */
export function leafOf(images: readonly SeenImage[], account: string): SeenImage | undefined {
  const bases = new Set(images.map((image) => baseOf(images, image)));
  const leaves = images.filter((image) => image.account === account && !bases.has(image.id));
  const preferred = leaves.filter(({ definition }) => definition.base.kind === 'image');
  // A folder of HCL2 tells more than a JSON file does.
  return preferred.find(({ definition }) => definition.template.kind !== 'json') ?? preferred[0] ?? leaves[0];
}

/** An image that most others are built on and no bakery makes the base of. */
export function rootOf(images: readonly SeenImage[], account: string): SeenImage | undefined {
  const roots = images.filter((image) => image.account === account && baseOf(images, image) === undefined);
  const weight = (image: SeenImage) => builtOn(images, [image.id]).length;
  return roots.sort((a, b) => weight(b) - weight(a))[0];
}

/** `web (ami-0b…)` for people: architecture only where there is more than one. */
export const named = ({ definition, amiId }: SeenImage): string =>
  `${definition.name} ${amiId ?? '(no AMI)'}`;

export const count = (number: number, what: string): string =>
  `${number === 0 ? 'no' : number} ${what}${number === 1 ? '' : 's'}`;
