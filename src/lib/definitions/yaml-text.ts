import type { CST, Document, Node, Pair, YAMLMap } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser } from 'yaml';
import type { DocumentPath, Finding, Locate, Place } from './finding';
import { show } from './finding';
import { survey } from './yaml-survey';

const largestTextBytes = 1_000_000;
const mostNodes = 200_000;
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
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  const findings: Finding[] = documents.slice(0, 10).flatMap((one) =>
    one.errors.slice(0, mostErrors).map((error): Finding => ({
      code: 'YAML_SYNTAX',
      path: [],
      place: at(error.pos[0]),
      message: sentence(error.message),
      fix: 'Correct the YAML here.',
    })),
  );
  const [document, second] = documents as [Document, Document | undefined];
  if (second !== undefined)
    findings.push({
      code: 'MULTIPLE_DOCUMENTS',
      path: [],
      place: at(second.range![0]),
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
    return isScalar(node) ? node.source : undefined;
  };
  if (findings.some((finding) => finding.code === 'YAML_SYNTAX'))
    return { value: undefined, findings, locate, source };

  const { size, faults } = survey(document);
  for (const { node, stops: _, ...fault } of faults)
    findings.push({ ...fault, path: [], place: at(node.range![0]) });
  if (size > mostNodes)
    findings.push({
      code: 'ALIAS_LIMIT',
      path: [],
      place: { line: 1, column: 1 },
      message: 'The file expands to too many values, or an alias contains itself.',
      fix: 'Use fewer aliases, and none inside its own anchor.',
    });
  if (size > mostNodes || faults.some(({ stops }) => stops))
    return { value: undefined, findings, locate, source };
  return { value: document.toJS({ maxAliasCount: -1 }), findings, locate, source };
}

type NamedPairs = Map<string, { key: Node; value: Node | null }>;

class Nodes {
  readonly #document: Document;
  readonly #pairs = new Map<YAMLMap, NamedPairs>();
  readonly #anchors = new Map<string, Node>();

  constructor(document: Document) {
    this.#document = document;
  }

  /** The node at a path; where there is none, the nearest above (its key), or undefined if `exact`. */
  find(path: DocumentPath, part: 'key' | 'value', exact = false): Node | null | undefined {
    let node = this.#open(this.#document.contents);
    let nearest = node;
    for (const [index, step] of path.entries()) {
      const last = index === path.length - 1;
      if (isMap(node)) {
        const pair = this.#pairsOf(node).get(String(step));
        if (pair === undefined) return exact ? undefined : nearest;
        if (last && part === 'key') return pair.key;
        nearest = last && pair.value?.range ? pair.value : pair.key;
        node = this.#open(pair.value);
      } else if (isSeq(node) && typeof step === 'number') {
        const item = node.items[step] as Node | undefined;
        if (item === undefined) return exact ? undefined : nearest;
        nearest = item;
        node = this.#open(item);
      } else return exact ? undefined : nearest;
    }
    return exact ? node : nearest;
  }

  /** The pairs of a map by name, with those that are merged into it. */
  #pairsOf(map: YAMLMap): NamedPairs {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs: NamedPairs = new Map();
    this.#pairs.set(map, pairs);
    for (const { key, value } of map.items as Pair<Node, Node | null>[])
      if (isScalar(key)) {
        if (typeof key.value === 'symbol') this.#mergeInto(pairs, value);
        else pairs.set(String(key.value), { key, value });
      }
    return pairs;
  }

  #mergeInto(pairs: NamedPairs, value: Node | null): void {
    const merged = this.#open(value);
    const maps = isSeq<Node>(merged) ? merged.items.map((item) => this.#open(item)) : [merged];
    for (const map of maps)
      if (isMap(map))
        for (const [name, pair] of this.#pairsOf(map)) if (!pairs.has(name)) pairs.set(name, pair);
  }

  /** Alias targets by name, the last one before: names given twice are rare, and only places depend on it. */
  #open(node: Node | null): Node | null | undefined {
    if (!isAlias(node)) return node;
    const known = this.#anchors.get(node.source);
    if (known !== undefined) return known;
    const target = node.resolve(this.#document);
    if (target !== undefined) this.#anchors.set(node.source, target);
    return target;
  }
}

const sentence = (message: string) => `${message.split('\n')[0]?.replace(/\.$/, '')}.`;

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
