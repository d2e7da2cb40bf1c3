import type { DocumentPath, Finding } from './finding';

/**
 * Fields that are understood and have no effect yet, and what holds until they have. A feature that comes into force
 * takes its row out of here, and nothing else.
 */
const rows: { path: DocumentPath; until: string }[] = [
  { path: ['retain'], until: 'No AMI is ever removed.' },
];

/** One finding for each such field that is written, never silently ignored. */
export function notInForce(value: unknown, at: DocumentPath): Finding[] {
  return rows.flatMap(({ path, until }) =>
    written(value, path, []).map((found): Finding => ({
      code: 'NOT_IN_FORCE',
      path: [...at, ...found.path],
      part: 'key',
      message: `The field ${found.path.join('.')} is not yet in force.`,
      fix: `Keep it for later, or leave it out. ${until}`,
    })),
  );
}

function written(
  value: unknown,
  path: DocumentPath,
  at: DocumentPath,
): { path: DocumentPath; value: unknown }[] {
  const [step, ...rest] = path;
  if (step === undefined) return [{ path: at, value }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [String(step)] : [];
  return keys.flatMap((key) => written((value as Record<string, unknown>)[key], rest, [...at, key]));
}
