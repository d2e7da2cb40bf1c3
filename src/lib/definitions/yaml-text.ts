import type { CST, Document, Node, YAMLMap } from 'yaml';
import { Composer, isAlias, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import type { DocumentPath, Finding, Locate, Place } from './finding';
import { show } from './finding';

const largestTextBytes = 1_000_000;
const mostNodes = 200_000;
/** A text counts as one value more for each so many of its characters: aliases repeat long ones as well. */
const charactersANode = 64;
const deepest = 60;
const mostErrors = 300;
const longestLine = 20_000;

export interface YamlText {
  /** Plain JSON values; undefined where the text could not be read. */
  value: unknown;
  findings: Finding[];
  locate: Locate;
  /** How a scalar is written in the text, without quotes. */
  source(path: DocumentPath): string | undefined;
}

const nowhere: Place = { line: 0, column: 0 };

/** Reads one YAML document with places. Never throws; bounded in time whatever the text says. */
export function readYamlText(text: string): YamlText {
  if (text.length > largestTextBytes)
    return refused({
      code: 'TOO_LARGE',
      path: [],
      message: `The file has ${text.length} characters; at most ${largestTextBytes} are read.`,
      fix: 'Split it into several bakeries.',
    });
  const longest = text.split('\n').reduce((most, line) => Math.max(most, line.length), 0);
  if (longest > longestLine)
    return refused({
      code: 'TOO_LARGE',
      path: [],
      message: `The file has a line of ${longest} characters; at most ${longestLine} are read.`,
      fix: 'Write one entry a line.',
    });
  try {
    return read(text);
  } catch (error) {
    return refused({
      code: error instanceof RangeError ? 'TOO_LARGE' : 'YAML_SYNTAX',
      path: [],
      message: `The text could not be read: ${show(error instanceof Error ? error.message : error)}.`,
      fix: 'Write plain YAML.',
    });
  }
}

function read(text: string): YamlText {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const depth = nestingDepth(tokens);
  if (depth > deepest)
    return refused({
      code: 'TOO_LARGE',
      path: [],
      message: `The file is nested ${depth} levels deep; at most ${deepest} are read.`,
      fix: 'Write it flatter.',
    });
  const broken = tokens.filter((token) => token.type === 'error');
  // Composing takes long where nearly everything is an error, and tells nothing more.
  if (broken.length > mostErrors) tokens.length = tokens.indexOf(broken[mostErrors]!);
  const documents = [
    ...new Composer({
      merge: true,
      // Its own check compares each key with each other; survey() tells the same in one pass.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    }).compose(tokens, true, text.length),
  ];
  const document = documents[0];
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document === undefined)
    return { value: null, findings: [], locate: () => ({ line: 1, column: 1 }), source: () => undefined };

  const findings: Finding[] = documents.slice(0, 10).flatMap((one) =>
    one.errors.slice(0, mostErrors).map((error): Finding => ({
      code: 'YAML_SYNTAX',
      path: [],
      place: at(error.pos[0]),
      message: `${sentence(error.message)}`,
      fix: 'Correct the YAML here.',
    })),
  );
  const second = documents[1];
  if (second !== undefined)
    findings.push({
      code: 'MULTIPLE_DOCUMENTS',
      path: [],
      place: at(second.range[0]),
      message: `The file holds ${documents.length} YAML documents.`,
      fix: 'Keep one document in a file: each bakery has a bakery.yml of its own.',
    });

  const nodes = new Nodes(document);
  const locate: Locate = (path, part = 'value') => {
    const node = nodes.find(path, part);
    return node?.range ? at(node.range[0]) : { line: 1, column: 1 };
  };
  const source = (path: DocumentPath) => {
    const node = nodes.find(path, 'value', true);
    return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
  };
  if (findings.some((finding) => finding.code === 'YAML_SYNTAX'))
    return { value: undefined, findings, locate, source };

  const shape = survey(document);
  for (const node of shape.forbidden)
    findings.push({
      code: 'FORBIDDEN_KEY',
      path: [],
      place: node.range ? at(node.range[0]) : nowhere,
      message: `The key ${show(isScalar(node) ? String(node.value) : 'map or list')} cannot be used.`,
      fix: 'Use a plain text as key.',
    });
  for (const node of shape.doubled)
    findings.push({
      code: 'YAML_SYNTAX',
      path: [],
      place: node.range ? at(node.range[0]) : nowhere,
      message: `The key ${show(isScalar(node) ? String(node.value) : node)} stands twice in one map.`,
      fix: 'Remove one of the two.',
    });
  if (shape.size > mostNodes)
    findings.push({
      code: 'ALIAS_LIMIT',
      path: [],
      place: { line: 1, column: 1 },
      message: 'The file expands to too many values, or an alias contains itself.',
      fix: 'Use fewer aliases, and none inside its own anchor.',
    });
  if (shape.size > mostNodes || shape.forbidden.length > 0)
    return { value: undefined, findings, locate, source };
  return { value: document.toJS({ maxAliasCount: -1 }), findings, locate, source };
}

/** Counts the values after alias expansion without expanding, and finds keys that are not plain texts. */
function survey(document: Document): { size: number; forbidden: Node[]; doubled: Node[] } {
  const sizes = new Map<unknown, number>();
  const anchors = new Map<string, unknown>();
  const forbidden: Node[] = [];
  const doubled: Node[] = [];
  const measure = (node: unknown): number => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      // An anchor whose size is not known yet is being measured: the alias stands inside it.
      return target === undefined ? 1 : (sizes.get(target) ?? Infinity);
    }
    const anchor = (isCollection(node) || isScalar(node)) && node.anchor;
    if (anchor) anchors.set(anchor, node);
    let size = 1;
    if (isScalar(node) && typeof node.value === 'string')
      size += Math.floor(node.value.length / charactersANode);
    if (isCollection(node)) {
      const keys = new Set<string>();
      for (const item of node.items as unknown[]) {
        if (!isPair(item)) size += measure(item);
        else {
          const key = isScalar(item.key) ? String(item.key.value) : undefined;
          if (!plainKey(item.key)) forbidden.push(item.key as Node);
          else if (key !== undefined && keys.has(key)) doubled.push(item.key as Node);
          if (key !== undefined) keys.add(key);
          size += 1 + measure(item.value);
        }
      }
    }
    sizes.set(node, size);
    return size;
  };
  return { size: measure(document.contents), forbidden, doubled };
}

/** `__proto__` would set a prototype in whatever copies the value; a map or list as key has no name. */
const plainKey = (key: unknown) => isScalar(key) && String(key.value) !== '__proto__';

class Nodes {
  readonly #document: Document;
  readonly #pairs = new Map<YAMLMap, Map<string, { key: Node; value: unknown }>>();
  readonly #anchors = new Map<string, Node>();

  constructor(document: Document) {
    this.#document = document;
  }

  /** The node at a path; where there is none, the nearest above (its key), or undefined if `exact`. */
  find(path: DocumentPath, part: 'key' | 'value', exact = false): Node | undefined {
    let node: unknown = this.#open(this.#document.contents);
    let nearest: Node | undefined = node === null ? undefined : (node as Node);
    for (const [index, step] of path.entries()) {
      const last = index === path.length - 1;
      if (isMap(node)) {
        const pair = this.#pair(node, String(step));
        if (pair === undefined) return exact ? undefined : nearest;
        if (last && part === 'key') return pair.key;
        nearest = last && (pair.value as Node | null)?.range ? (pair.value as Node) : pair.key;
        if (last && exact) return this.#open(pair.value) as Node | undefined;
        node = this.#open(pair.value);
      } else if (isSeq(node) && typeof step === 'number') {
        const item = node.items[step] as Node | undefined;
        if (item === undefined) return exact ? undefined : nearest;
        nearest = item;
        node = this.#open(item);
        if (last && exact) return node as Node;
      } else return exact ? undefined : nearest;
    }
    return nearest;
  }

  #pair(map: YAMLMap, name: string): { key: Node; value: unknown } | undefined {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map();
      for (const { key, value } of map.items)
        if (isScalar(key)) {
          if (key.value === '<<' || typeof key.value === 'symbol') this.#mergeInto(pairs, value);
          else pairs.set(String(key.value), { key, value });
        }
      this.#pairs.set(map, pairs);
    }
    return pairs.get(name);
  }

  #mergeInto(pairs: Map<string, { key: Node; value: unknown }>, value: unknown): void {
    const merged = this.#open(value);
    const maps = isSeq(merged) ? merged.items.map((item) => this.#open(item)) : [merged];
    for (const map of maps)
      if (isMap(map))
        for (const { key } of map.items)
          if (isScalar(key) && !pairs.has(String(key.value))) {
            const pair = this.#pair(map, String(key.value));
            if (pair !== undefined) pairs.set(String(key.value), pair);
          }
  }

  /** Alias targets by name, the last one before: names given twice are rare, and only places depend on it. */
  #open(node: unknown): unknown {
    if (!isAlias(node)) return node;
    const known = this.#anchors.get(node.source);
    if (known !== undefined) return known;
    const target = node.resolve(this.#document);
    if (target !== undefined) this.#anchors.set(node.source, target);
    return target;
  }
}

const sentence = (message: string) => `${message.split('\n')[0]?.replace(/\.?$/, '')}.`;

const refused = (finding: Finding): YamlText => ({
  value: undefined,
  findings: [finding],
  locate: () => nowhere,
  source: () => undefined,
});

/**
 * Levels of nesting, counted in what the parser made of the text, before the recursive composer sees it: near the end of
 * the stack V8 does not always throw, compiling a regular expression there ends the process.
 */
function nestingDepth(tokens: readonly CST.Token[]): number {
  let most = 0;
  const open: [token: CST.Token, depth: number][] = tokens.map((token) => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    most = Math.max(most, depth);
    if (token.type === 'document' && token.value !== undefined) open.push([token.value, depth]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push([key, depth + 1]);
      if (value) open.push([value, depth + 1]);
    }
  }
  return most;
}
