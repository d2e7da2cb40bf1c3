import type { Catalog, ImageDefinition, ImageKey } from './catalog';
import type { CommitView } from './commit-view';
import { show, type DocumentPath, type Finding } from './finding';

/** What the test build runs; other files of the folder are left alone. */
const isCheck = (name: string): boolean => /\.(sh|ps1)$/.test(name);

/** The folder of checks, and whether it holds one. */
export function checkTestFolder(
  { name, test }: ImageDefinition,
  view: CommitView,
  at: DocumentPath,
): Finding[] {
  if (test === undefined) return [];
  const entry = view.entry(test.path);
  const folder = `${show(test.path)}, the tests of ${name}`;
  if (entry === undefined) {
    return [
      {
        code: 'TEST_MISSING',
        path: at,
        message: `The folder ${folder}, is not in the commit.`,
        fix: 'Commit it, correct the path, or remove it.',
      },
    ];
  }
  if (entry.kind !== 'folder') {
    return [
      {
        code: 'TEST_MISSING',
        path: at,
        message: `The folder ${folder}, is a ${entry.kind} in the commit.`,
        fix: 'Name a folder of the image repo that holds check scripts.',
      },
    ];
  }
  if (view.files?.(test.path)?.some(isCheck) === false) {
    return [
      {
        code: 'TEST_EMPTY',
        path: at,
        message: `The folder ${folder}, holds no check.`,
        fix: 'Write scripts that end in .sh or .ps1 directly into it: docs/tests.md.',
      },
    ];
  }
  return [];
}

/** Git id of the folder of checks, by image; images without tests are left out. */
export const testIds = ({ images }: Catalog, view: CommitView): Record<ImageKey, string> =>
  Object.fromEntries(
    images.flatMap(({ key, test }) => {
      const entry = test === undefined ? undefined : view.entry(test.path);
      return entry === undefined ? [] : [[key, entry.objectId] as const];
    }),
  );
