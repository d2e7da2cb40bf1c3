import type { ImageDefinition } from './catalog';

/** Names that Packer's `-only` can mean; undefined: not known, which is not the same as none. */
export function builderNames(kind: ImageDefinition['template']['kind'], text: string): string[] | undefined {
  if (kind === 'json') return jsonBuilders(text);
  return kind === 'hcl-file' ? hclBuilders(text) : undefined;
}

/** A builder of a classic template is called by its name, or by its type where it has none. */
function jsonBuilders(text: string): string[] | undefined {
  let template: unknown;
  try {
    template = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  if (typeof template !== 'object' || template === null || !('builders' in template)) return undefined;
  if (!Array.isArray(template.builders) || template.builders.length === 0) return undefined;
  return template.builders.flatMap((builder: { name?: unknown; type?: unknown } | null) => {
    const name = builder?.name ?? builder?.type;
    return typeof name === 'string' ? [name] : [];
  });
}

/**
 * Read lightly: blocks of HCL by their headings. A build may have a name, and a source in it another one; then the
 * names are `build.type.name`, which Packer wants, and the short ones are taken as well.
 */
function hclBuilders(text: string): string[] | undefined {
  const code = withoutComments(text);
  const sources = [...code.matchAll(/\bsource\s+"([^"]+)"\s+"([^"]+)"\s*\{/g)].map(
    ([, type, name]) => `${type}.${name}`,
  );
  const renamed = [
    ...code.matchAll(/\bsource\s+"(?:source\.)?([\w-]+)\.[\w-]+"\s*\{[^{}]*?\bname\s*=\s*"([^"]+)"/g),
  ].map(([, type, name]) => `${type}.${name}`);
  const builds = [...code.matchAll(/\bbuild\s*\{\s*(?:[\w-]+\s*=\s*"[^"]*"\s*)*?name\s*=\s*"([^"]+)"/g)].map(
    ([, name]) => name!,
  );
  const short = [...new Set([...sources, ...renamed])];
  if (short.length === 0 || short.length > mostNames || builds.length > mostNames) return undefined;
  return [...short, ...builds.flatMap((build) => short.map((name) => `${build}.${name}`))];
}

/** Each name of a build goes with each of a source: a file with more of either is left to Packer itself. */
const mostNames = 100;

/** In one pass, whatever the text: a comment without an end is one to the end of the file. */
const withoutComments = (text: string): string =>
  text.replace(/"(?:[^"\\\n]|\\.)*"?|#.*|\/\/.*|\/\*[^]*?(?:\*\/|$)/g, (found) =>
    found.startsWith('"') ? found : ' ',
  );

/** Whether one entry of `only` means one of the builders. HCL2 takes globs, classic templates do not. */
export function onlyMatches(
  only: string,
  kind: ImageDefinition['template']['kind'],
  builders: readonly string[],
): boolean {
  if (kind === 'json' || !/[*?[{]/.test(only)) return builders.includes(only);
  // Classes and alternatives are left to Packer itself.
  if (/[[{]/.test(only)) return true;
  return builders.some((builder) => builder.length > longestName || globMatches(only, builder));
}

/** Longer ones are believed: comparing takes as long as the two lengths multiplied. */
const longestName = 500;

/** `*` and `?`, in time linear in the product of the two lengths. */
function globMatches(glob: string, text: string): boolean {
  let reached = new Set([0]);
  for (const step of glob) {
    const next = new Set<number>();
    for (const index of reached) {
      if (step === '*') for (let to = index; to <= text.length; to++) next.add(to);
      else if (step === '?' || text[index] === step) next.add(index + 1);
    }
    reached = next;
  }
  return reached.has(text.length);
}
