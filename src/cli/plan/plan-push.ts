import { resolve } from 'node:path';
import { createColors } from 'picocolors';
import type { BakeryOptions } from '../bakery-options';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { GitRepoReader } from '../git-repo-reader';
import type { Surroundings } from '../surroundings';
import { countText, problemsText } from '../terminal/problems';
import { forecast } from './forecast';
import type { LocalRepo } from './local-repo';
import { changedFiles, commitOf, openLocalRepo, parentOf } from './local-repo';
import { planText } from './plan-text';
import type { PushPlan, RefusedPlan } from './push-plan';
import { describeImages, otherFiles } from './push-plan';
import { short } from './sentence';
import { readStates, rememberedCommits } from './states';

export interface PlanOptions extends BakeryOptions {
  repo: string;
  from?: string;
  to: string;
  path?: string;
  first?: true;
  json?: true;
}

/** @throws CliError where there is no such repository or commit */
export async function planPush(options: PlanOptions, around: Surroundings): Promise<number> {
  if (options.first && options.from !== undefined)
    throw new CliError('USAGE', '--first and --from exclude each other.', 'Leave one of them out.');
  const repo = await openLocalRepo(
    { folder: resolve(around.cwd, options.repo), given: options.repo, path: options.path },
    around.searchPath,
  );
  const to = await commitOf(repo, options.to);
  const from = options.first
    ? undefined
    : options.from === undefined
      ? await parentOf(repo, to)
      : await commitOf(repo, options.from);
  const plan = await planRange(repo, { from, to }, options, around.nowMs());
  if (options.json) around.out(JSON.stringify(plan, null, 2));
  else if (plan.valid) around.out(planText(plan, columnsOf(around), createColors(around.colors)));
  else around.out(await refusedText(plan, repo, around));
  return plan.valid ? exitCodes.ok : exitCodes.problems;
}

/** What a push of `to` does to a bakery that has baked and published all of `from`. */
async function planRange(
  repo: LocalRepo,
  range: { from: string | undefined; to: string },
  options: BakeryOptions,
  nowMs: number,
): Promise<PushPlan> {
  const reader = new GitRepoReader(repo.git, repo.folder);
  const states = await readStates(repo, reader, settingsOf(options, repo), range, nowMs);
  const { to, before, earlier, warnings } = states;
  const ends = { format: 'ami-bakery/plan/1', from: before?.commitId ?? null, to: to.commitId } as const;
  if ('problems' in to) return { ...ends, valid: false, problems: to.problems };
  const changed = underRoot(await changedFiles(repo, before?.commitId, to.commitId), repo.root);
  const foreseen = forecast(to.catalog, before, earlier, nowMs);
  return {
    ...ends,
    valid: true,
    warnings,
    images: describeImages({ to: to.catalog, before, foreseen, changedFiles: changed }),
    otherFiles:
      before === undefined ? [] : otherFiles(to.catalog, changed).filter((file) => file !== 'bakery.yml'),
    assumptions: assumptions(range.from, before?.commitId),
  };
}

function assumptions(asked: string | undefined, before: string | undefined): string[] {
  if (before === undefined)
    return [
      asked === undefined
        ? 'nothing has ever been baked.'
        : `nothing has ever been baked, because no bakery.yml was valid at ${short(asked)} or in the ${rememberedCommits} commits before it.`,
    ];
  return [
    `everything of ${short(before)} is baked and published${before === asked ? '' : ` (bakery.yml is not valid at ${short(asked ?? '')})`}; bases from outside have not moved since, and no schedule has fired.`,
  ];
}

const settingsOf = ({ bakery, parameterPattern, upstream }: BakeryOptions, { root }: LocalRepo) => ({
  bakery,
  parameterPattern,
  repo: { path: root },
  ...(upstream === undefined ? {} : { upstreams: upstream.map((name) => ({ bakery: name })) }),
});

const underRoot = (files: readonly string[], root: string): string[] =>
  root === ''
    ? [...files]
    : files.filter((file) => file.startsWith(`${root}/`)).map((file) => file.slice(root.length + 1));

async function refusedText(plan: RefusedPlan, repo: LocalRepo, around: Surroundings): Promise<string> {
  const colors = createColors(around.colors);
  const file = repo.root === '' ? 'bakery.yml' : `${repo.root}/bakery.yml`;
  const bytes = await new GitRepoReader(repo.git, repo.folder).file(plan.to, file);
  const source = Buffer.from(bytes ?? []).toString('utf8');
  const elsewhere = plan.problems.some(({ code }) => code === 'FILE_MISSING')
    ? '\n  Where it is in another folder, name that with --path.'
    : '';
  const stays =
    plan.from === null
      ? 'No earlier commit is valid: nothing is baked'
      : `${short(plan.from)} stays in force: nothing is baked for the push`;
  return `${problemsText(plan.problems, file, source, colors)}${elsewhere}\n\n${colors.red('not valid')} ${file} at ${short(plan.to)}; ${countText(plan.problems)}. ${stays}, and the owner is told.`;
}

const columnsOf = ({ stdoutIsTerminal, columns }: Surroundings): number | undefined =>
  stdoutIsTerminal ? columns : undefined;
