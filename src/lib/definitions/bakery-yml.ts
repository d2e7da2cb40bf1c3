import type { BakeryText, DefaultsText, ImageText } from './bakery-schema';
import { schemaIssues } from './bakery-schema';
import type { CatalogResult, ImageDefinition } from './catalog';
import { checkTogether } from './catalog-checks';
import { expand } from './expand';
import type { Finding, Locate } from './finding';
import { toProblems } from './finding';
import type { CheckedImage, Surroundings } from './image-checks';
import { checkDefaults, checkImage } from './image-checks';
import { prune, schemaFindings } from './schema-findings';
import { readYamlText } from './yaml-text';

export interface BakeryYmlOptions {
  /** Name of this bakery; a base `upstream:` of it is an error. */
  bakery: string;
  /** Own parameters begin with it, e.g. `/bakery/`; a base under it is an error. */
  parameterPrefix: string;
  /** `/bakery/{image}/{arch}/{channel}` under the prefix unless given. */
  parameterPattern?: string;
  /** Bakeries that are followed; not checked unless given. */
  upstreams?: string[];
}

export interface BakeryYml extends CatalogResult {
  /** Where things stand in the text, for problems that are only found in the commit. */
  locate: Locate;
}

/** Ten times what one bakery is made for (DESIGN: beyond one bakery, scale is more bakeries). */
const mostImages = 10_000;

/** All images with everything `defaults` adds, as JSON: what reconcile can hold in its 1,024 MB several times over. */
const mostCharacters = 32_000_000;

/**
 * Reads bakery.yml: all problems at once, each with its place, and the catalog if none is an error. Never throws,
 * whatever the text; what the commit has to say is left to `checkCommit`.
 */
export function readBakeryYml(text: string, options: BakeryYmlOptions): BakeryYml {
  const yaml = readYamlText(text);
  const findings = [...yaml.findings];
  const images: ImageDefinition[] = [];
  if (yaml.value !== undefined) {
    const issues = schemaIssues(yaml.value);
    findings.push(...schemaFindings(issues, yaml.value, yaml.source));
    const root = yaml.value;
    const names = imageNames(root);
    prune(root, issues);
    if (isMap(root)) images.push(...check(root, names, options, findings));
  }
  const problems = toProblems(findings, yaml.locate);
  const valid = yaml.value !== undefined && !problems.some(({ severity }) => severity === 'error');
  images.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { ...(valid ? { catalog: { images } } : {}), problems, locate: yaml.locate };
}

function check(
  root: Partial<BakeryText>,
  names: ReadonlySet<string>,
  options: BakeryYmlOptions,
  findings: Finding[],
): ImageDefinition[] {
  const defaults: DefaultsText = root.defaults ?? {};
  const written = Object.entries<ImageText>(root.images ?? {});
  findings.push(...checkDefaults(defaults));
  const nodes = written.reduce(
    (sum, [, image]) => sum + (image.architectures ?? defaults.architectures ?? ['']).length,
    0,
  );
  if (nodes > mostImages) {
    findings.push({
      code: 'TOO_MANY_IMAGES',
      path: ['images'],
      part: 'key',
      message: `The file holds ${nodes} images, counting architectures; a bakery plans at most ${mostImages}.`,
      fix: 'Split them over several bakeries.',
    });
    return [];
  }
  const characters = expandedCharacters(defaults, written, nodes);
  if (characters > mostCharacters) {
    findings.push({
      code: 'TOO_LARGE',
      path: ['images'],
      part: 'key',
      message: `The images come to ${characters} characters with what defaults adds to each; at most ${mostCharacters} are read.`,
      fix: 'Write less under defaults, or split the images over several bakeries.',
    });
    return [];
  }
  const pattern = options.parameterPattern ?? `${options.parameterPrefix}{image}/{arch}/{channel}`;
  const around: Surroundings = {
    bakery: options.bakery,
    upstreams: options.upstreams,
    ownParameter: ownParameter(options.parameterPrefix, pattern, names),
  };
  const checked = new Map<string, CheckedImage>();
  for (const [name, text] of written) {
    const { image, findings: own } = checkImage(name, text, defaults, around);
    checked.set(name, image);
    findings.push(...own);
  }
  findings.push(...unique(checkTogether(checked, names, pattern)));

  const firstChannel = (name: string) => checked.get(name)?.merged.channels[0] ?? 'stable';
  return [...checked.values()].flatMap(({ merged, text, base, template, inputs }) =>
    base === undefined || template === undefined
      ? []
      : expand(merged, text, defaults, base, template, inputs, firstChannel),
  );
}

/** Upper bound, told without expanding: a few words under `defaults` become megabytes in thousands of images. */
function expandedCharacters(defaults: DefaultsText, written: [string, ImageText][], nodes: number): number {
  const own = written.reduce((sum, [, image]) => {
    const architectures = image.architectures ?? defaults.architectures ?? [''];
    return sum + JSON.stringify(image).length * architectures.length;
  }, 0);
  return own + JSON.stringify(defaults).length * nodes;
}

function imageNames(root: unknown): ReadonlySet<string> {
  const images = isMap(root) && Object.hasOwn(root, 'images') ? root['images'] : undefined;
  return new Set(isMap(images) ? Object.keys(images) : []);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A finding of an architecture or a channel is told once for the image. */
function unique(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, path }) => {
    const key = `${code} ${path.join('.')}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

function ownParameter(
  prefix: string,
  pattern: string,
  names: ReadonlySet<string>,
): Surroundings['ownParameter'] {
  const groups: string[] = [];
  const source = pattern.replace(
    /\{(image|arch|channel)\}|[.*+?^${}()|[\]\\]/g,
    (found, group: string | undefined) => {
      if (group === undefined) return `\\${found}`;
      groups.push(group);
      return '([^/]+?)';
    },
  );
  const rule = new RegExp(`^${source}$`);
  return (path) => {
    const values = rule.exec(path)?.slice(1);
    const of = (group: string) => values?.[groups.indexOf(group)];
    const image = of('image');
    if (image !== undefined && names.has(image)) return `image:${image}@${of('channel') ?? 'stable'}`;
    return prefix.length > 1 && path.startsWith(prefix) ? 'own' : undefined;
  };
}
