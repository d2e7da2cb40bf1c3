import type { RepoReader } from '../aws/edges';
import { readBakeryYml } from '../definitions/bakery-yml';
import {
  checkCommit,
  contentDigests,
  inputIds,
  pathsToList,
  pathsToRead,
  testIds,
} from '../definitions/commit-check';
import type { Catalog } from '../definitions/catalog';
import type { Problem } from '../definitions/problem';
import { fitsAnItem } from '../ledger/catalog-item';
import type { StoredCatalog } from '../ledger/catalog-item';
import { policyDigests } from '../planning/policy-digest';
import type { CatalogInForce } from '../planning/snapshot';
import type { Settings } from '../settings/settings';
import { parameterPrefix } from '../settings/parameter-pattern';
import { readCommitView, underRoot } from './commit-view';

/** Of a refused bakery.yml; whoever wants all of them runs `bakery validate`. */
const problemsKept = 50;

/** What a later refusal, without its problems, and the digest of the settings may add to a catalog in force. */
const sparedBytes = 2_000;

/** What became of a new head: its catalog is in force, or it was refused and the last valid one stays. */
export interface CatalogReading {
  stored: StoredCatalog;
  /** Warnings of a valid bakery.yml, or everything wrong with a refused one. */
  problems: Problem[];
  accepted: boolean;
}

/** The settings that say where bakery.yml is and what it may name; without `upstreams`, who is followed is not checked. */
export type CatalogSettings = Pick<Settings, 'bakery' | 'parameterPattern'> & {
  repo?: { path: string };
  upstreams?: { bakery: string }[];
};

/**
 * Reads bakery.yml and the ids of everything it names at one commit: catalog, trees and commit always belong together.
 * Two dependent rounds: the file, then all folder listings at once.
 */
export async function readCatalog(
  repo: RepoReader,
  settings: CatalogSettings,
  previous: StoredCatalog | undefined,
  head: string,
  nowMs: number,
): Promise<CatalogReading> {
  const root = settings.repo?.path ?? '';
  const refuse = (problems: Problem[]): CatalogReading => ({
    accepted: false,
    problems,
    stored: refusedAt(head, problems, previous),
  });
  const path = underRoot(root, 'bakery.yml');
  const bytes = await repo.file(head, path);
  if (bytes === undefined) return refuse([missingFile(path)]);
  const read = readBakeryYml(Buffer.from(bytes).toString('utf8'), {
    bakery: settings.bakery,
    parameterPrefix: parameterPrefix(settings.parameterPattern),
    parameterPattern: settings.parameterPattern,
    upstreams: settings.upstreams?.map((upstream) => upstream.bakery),
  });
  if (read.catalog === undefined) return refuse(read.problems);
  const { catalog } = read;
  const view = await readCommitView(repo, head, root, pathsToList(catalog), pathsToRead(catalog));
  const problems = [...read.problems, ...checkCommit(read, view)];
  if (problems.some(({ severity }) => severity === 'error')) return refuse(problems);
  const inputs = inputIds(catalog, view);
  const inForce: CatalogInForce = {
    commitId: head,
    sinceMs: nowMs,
    catalog,
    inputs,
    contentDigests: contentDigests(catalog, inputs),
    policyDigests: policyDigests(catalog),
    ...(catalog.images.some(({ test }) => test !== undefined) ? { tests: testIds(catalog, view) } : {}),
  };
  const stored: StoredCatalog = { version: previous?.version ?? 0, headSeen: head, inForce };
  return fitsAnItem(stored, sparedBytes) ? { accepted: true, problems, stored } : refuse([tooLarge(catalog)]);
}

/** The last valid catalog stays, beside as many of the problems as an item has room for. */
function refusedAt(head: string, problems: Problem[], previous: StoredCatalog | undefined): StoredCatalog {
  const { version = 0, inForce } = previous ?? {};
  if (inForce === undefined) return { version, headSeen: head };
  const keeping = (most: number): StoredCatalog => ({
    version,
    headSeen: head,
    inForce: { ...inForce, refused: { commitId: head, problems: problems.slice(0, most) } },
  });
  let most = problemsKept;
  while (most > 0 && !fitsAnItem(keeping(most), sparedBytes / 2)) most = Math.floor(most / 2);
  return keeping(most);
}

const tooLarge = ({ images }: Catalog): Problem => ({
  code: 'TOO_LARGE',
  severity: 'error',
  message: `What the ${images.length} images say does not fit into the ledger, packed.`,
  fix: 'Split them over two bakeries, or keep long texts in files of the image repo.',
  path: 'images',
  line: 0,
  column: 0,
});

const missingFile = (path: string): Problem => ({
  code: 'FILE_MISSING',
  severity: 'error',
  message: `There is no ${path} in the commit.`,
  fix: 'Commit one, or set repo.path in the settings to the folder it is in.',
  path: '',
  line: 0,
  column: 0,
});
