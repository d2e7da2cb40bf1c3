import { isCollection, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { SettingsError } from '../src/lib/settings/settings-error';
import type { SettingsProblem } from '../src/lib/settings/settings-error';
import { checkStageConfig } from './stage-config';
import type { StageConfig } from './stage-config';

/**
 * Reads and checks the text of config/<stage>.yml.
 * @throws SettingsError with every problem, each with its line and column
 */
export function readStageText(text: string, stage: string): StageConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new SettingsError(
      document.errors.map(({ message, pos: [offset] }) => ({
        path: '',
        value: undefined,
        problem: `is not YAML: ${message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
        fix: 'Correct the line.',
        at: place(lines, offset),
      })),
      `config/${stage}.yml`,
    );
  try {
    return checkStageConfig(document.toJS(), stage);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const located = error.problems.map((problem) => {
      const offset = offsetOf(document, problem.path);
      return offset === undefined ? problem : { ...problem, at: place(lines, offset) };
    });
    throw new SettingsError(located, `config/${stage}.yml`);
  }
}

function place(lines: LineCounter, offset: number): NonNullable<SettingsProblem['at']> {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Where a path is written: its key, or else the nearest one above it. Undefined for what stands nowhere at all. */
function offsetOf(document: Document.Parsed, path: string): number | undefined {
  let node: Node | null = document.contents;
  let offset: number | undefined;
  for (const segment of path === '' ? [] : path.split('.')) {
    if (!isCollection(node)) break;
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === segment)
      : undefined;
    const next: unknown = pair === undefined ? node.get(Number(segment), true) : pair.value;
    if (pair === undefined && next === undefined) break;
    const start = pair !== undefined && isPair(pair) ? (pair.key as Node) : (next as Node);
    offset = start.range?.[0] ?? offset;
    node = (next ?? null) as Node | null;
  }
  return offset;
}
