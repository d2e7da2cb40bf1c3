import type { Architecture, Base, ImageKey } from './catalog';
import { canonicalJson } from './canonical-json';

export const architectures = ['x86_64', 'arm64'] as const satisfies readonly Architecture[];

export const imageKey = (name: string, architecture: Architecture): ImageKey => `${name}/${architecture}`;

/** Throws a TypeError for text that is not `name/architecture`; keys come from the catalog, so that is a bug. */
export function splitImageKey(key: ImageKey): { name: string; architecture: Architecture } {
  const slash = key.lastIndexOf('/');
  const architecture = architectures.find((known) => known === key.slice(slash + 1));
  if (slash < 1 || architecture === undefined)
    throw new TypeError(`"${key}" is not an image key. Write name/architecture, for example web/arm64.`);
  return { name: key.slice(0, slash), architecture };
}

/**
 * Name of the parameter a channel is kept in. The pattern holds `{image}`, `{arch}` and `{channel}`, e.g.
 * `/bakery/{image}/{arch}/{channel}`.
 */
export const parameterName = (
  pattern: string,
  image: string,
  architecture: Architecture,
  channel: string,
): string =>
  pattern.replace(/\{(image|arch|channel)\}/g, (_, field: string) =>
    field === 'image' ? image : field === 'arch' ? architecture : channel,
  );

/**
 * Why SSM would refuse a parameter of this name; undefined: it is legal. PutParameter API reference, `Name`: at most
 * 1011 characters with the ARN before it (about 100 of them), 15 levels, a-zA-Z0-9_.-/, root not aws or ssm.
 */
export function parameterNameFault(name: string): string | undefined {
  if (!name.startsWith('/')) return 'it does not begin with a slash';
  if (name.length > 900) return `it is ${name.length} characters long, more than 900`;
  if (!/^[\w.\-/]+$/.test(name)) return 'it holds other characters than letters, digits and _ . - /';
  const levels = name.slice(1).split('/');
  if (levels.includes('')) return 'a level of it is empty';
  if (levels.length > 15) return `it has ${levels.length} levels, more than 15`;
  return /^(aws|ssm)/i.test(name.slice(1)) ? 'names that begin with aws or ssm are kept by AWS' : undefined;
}

/** Longest name that EC2 takes (CreateImage API reference, `Name`: 3 to 128 characters). */
const longestAmiName = 128;

/**
 * The AMI's name: made from the bake's id, so that whatever a build makes can be traced to its bake and no two bakes
 * want the same name. Characters that EC2 refuses become hyphens; only the image is ever shortened.
 */
export function amiName(image: ImageKey, bakeId: string): string {
  const legal = (text: string) => text.replace(/[^A-Za-z0-9()[\] ./'@_-]/g, '-');
  const room = longestAmiName - bakeId.length - 1;
  return `${legal(image.replace('/', '-')).slice(0, room)}-${legal(bakeId)}`;
}

/** One text for one base: equal bases have equal ids, whichever image they are written at. */
export function baseId(base: Base): string {
  switch (base.kind) {
    case 'ssm':
      return `ssm:${base.path}`;
    case 'ami':
      return `ami:${base.amiId}`;
    case 'ami-filter':
      return `ami-filter:${canonicalJson({ filters: base.filters, owners: base.owners })}`;
    case 'image':
      return `image:${base.image}@${base.channel}`;
    case 'upstream':
      return `upstream:${base.bakery}/${base.image}@${base.channel}`;
    case 'template':
      return 'template';
  }
}
