import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import { bakeTag } from '../lifecycle/adoption';
import type { Ancestor } from '../lifecycle/bake';
import type { Published } from '../lifecycle/channel';
import type { Settings } from '../settings/settings';

/** Tag values end at 256 characters (EC2 user guide, tag restrictions). */
const maxValueLength = 256;

interface Made {
  commitId: string;
  inputHash: string;
  baseAmiId?: string;
  ancestry: Ancestor[];
}

/** Tags from launch on: what policies, the janitor and adoption go by must never be missing for a moment. */
export function launchTags(
  bake: Made & { id: string },
  definition: ImageDefinition,
  settings: Settings,
): Record<string, string> {
  return tags(bake.id, bake, definition, settings);
}

/** Tags of a copy from its first moment; those that the definition adds follow when it is published. */
export const copyTags = (
  made: Made & { id: string; image: ImageKey },
  definition: ImageDefinition | undefined,
  settings: Settings,
): Record<string, string> => tags(made.id, made, definition ?? { key: made.image, tags: {} }, settings);

/** Tags of a published AMI and its snapshots. */
export function publishedTags(
  published: Published,
  definition: ImageDefinition,
  settings: Settings,
): Record<string, string> {
  const { adopted, bakeId } = published;
  const all = tags(bakeId, published, definition, settings);
  if (adopted === undefined) return all;
  // What it was made of is not known, and the tags do not say otherwise.
  const { 'bakery:input-hash': _hash, 'bakery:base': _base, ...known } = all;
  return { ...known, 'bakery:adopted': new Date(adopted.atMs).toISOString() };
}

function tags(
  bakeId: string,
  made: Made,
  definition: Pick<ImageDefinition, 'key' | 'tags'>,
  settings: Settings,
): Record<string, string> {
  return {
    ...settings.tags,
    ...definition.tags,
    bakery: settings.bakery,
    'bakery:image': definition.key,
    [bakeTag]: bakeId,
    'bakery:input-hash': made.inputHash,
    'bakery:commit': made.commitId,
    ...(made.baseAmiId === undefined ? {} : { 'bakery:base': made.baseAmiId }),
    'bakery:ancestry': ancestryTag(made.ancestry),
  };
}

/** AMI ids from the base upwards, as many as fit whole. */
function ancestryTag(ancestry: Ancestor[]): string {
  let text = '';
  for (const { amiId } of ancestry) {
    const longer = text === '' ? amiId : `${text} ${amiId}`;
    if (longer.length > maxValueLength) break;
    text = longer;
  }
  return text;
}
