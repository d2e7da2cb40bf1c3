import type { Document, Node, Pair } from 'yaml';
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Finding } from './finding';
import { show } from './finding';

/** A text counts as one value more for each so many of its characters: aliases repeat long ones as well. */
const charactersANode = 64;

/** What is wrong with a document although it is YAML, and the node that is to blame. */
export interface YamlFault extends Pick<Finding, 'code' | 'message' | 'fix'> {
  node: Node;
  /** No value can be made of the document, or none that is safe. */
  stops: boolean;
}

/**
 * Goes once over a document without expanding its aliases.
 * @returns how many values it has after expansion (infinite: an alias contains itself), and what is wrong with it
 */
export function survey(document: Document): { size: number; faults: YamlFault[] } {
  const sizes = new Map<unknown, number>();
  const anchors = new Map<string, unknown>();
  const faults: YamlFault[] = [];
  const aliased = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node);

  const measure = (node: unknown): number => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) {
        faults.push(withoutAnchor(node, node.source));
        return 1;
      }
      // An anchor whose size is not known yet is being measured: the alias stands inside it.
      return sizes.get(target) ?? Infinity;
    }
    const anchor = (isCollection(node) || isScalar(node)) && node.anchor;
    if (anchor) anchors.set(anchor, node);
    let size = 1;
    if (isScalar(node) && typeof node.value === 'string')
      size += Math.floor(node.value.length / charactersANode);
    if (isCollection(node)) {
      const names = new Set<string>();
      for (const item of node.items as unknown[]) {
        if (!isPair(item)) size += measure(item);
        else {
          size += 1 + measure(item.value);
          faults.push(...keyFaults(item as Pair<Node, Node | null>, names, aliased));
        }
      }
    }
    sizes.set(node, size);
    return size;
  };
  return { size: measure(document.contents), faults };
}

function keyFaults(
  { key, value }: Pair<Node, Node | null>,
  names: Set<string>,
  aliased: (node: unknown) => unknown,
): YamlFault[] {
  if (!isScalar(key)) return [unusable(key, 'A map, list or alias cannot be a key.')];
  const merges = typeof key.value === 'symbol';
  const name = merges ? '<<' : String(key.value);
  // It would set a prototype in whatever copies the value.
  if (name === '__proto__') return [unusable(key, `The key ${show(name)} cannot be used.`)];
  const faults: YamlFault[] = [];
  if (names.has(name)) faults.push(doubled(key, name));
  names.add(name);
  const merged = aliased(value);
  const maps = isSeq(merged) ? merged.items.map(aliased) : [merged];
  if (merges && !maps.every((map) => map === undefined || isMap(map))) faults.push(noMap(value ?? key));
  return faults;
}

const unusable = (node: Node, message: string): YamlFault => ({
  node,
  stops: true,
  code: 'FORBIDDEN_KEY',
  message,
  fix: 'Use a plain text as key.',
});

const doubled = (node: Node, name: string): YamlFault => ({
  node,
  stops: false,
  code: 'YAML_SYNTAX',
  message: `The key ${show(name)} stands twice in one map.`,
  fix: 'Remove one of the two.',
});

const withoutAnchor = (node: Node, name: string): YamlFault => ({
  node,
  stops: true,
  code: 'YAML_SYNTAX',
  message: `The alias ${show(`*${name}`)} stands for nothing.`,
  fix: `Write &${name} before the value that it stands for, further up in the file.`,
});

const noMap = (node: Node): YamlFault => ({
  node,
  stops: true,
  code: 'YAML_SYNTAX',
  message: 'Only maps can be merged with <<.',
  fix: 'Write an alias of a map, or a list of such aliases.',
});
