import { createColors } from 'picocolors';
import type { JanitorReport, LeftoverReport, Outcome } from '../../lib/reconcile/janitor/report';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import type { Colors } from '../terminal/paint';
import { table } from '../terminal/table';
import { findTarget } from './find-target';
import { answered, type TargetBakery } from './target';
import type { TargetOptions } from './target-options';

export interface JanitorOptions extends TargetOptions {
  dryRun?: true;
  most?: number;
  json?: true;
}

/** @throws CliError where nothing answers */
export async function janitor(options: JanitorOptions, around: Surroundings): Promise<number> {
  const target = await findTarget(options, around);
  const event = {
    dryRun: options.dryRun ?? false,
    ...(options.most === undefined ? {} : { most: options.most }),
  };
  const reports = await Promise.all(target.bakeries.map((bakery) => ask(bakery, event)));
  if (options.json) around.out(JSON.stringify({ format: 'ami-bakery/janitor/1', reports }, null, 2));
  else {
    const colors = createColors(around.colors);
    const columns = around.stdoutIsTerminal ? around.columns : undefined;
    around.out(reports.map((report) => janitorText(report, columns, colors)).join('\n\n'));
  }
  return reports.every(isClean) ? exitCodes.ok : exitCodes.problems;
}

async function ask(bakery: TargetBakery, event: object): Promise<JanitorReport> {
  const answer = answered(bakery, 'janitor', await bakery.invoke('janitor', event));
  if (isReport(answer)) return answer;
  throw new CliError(
    'UNEXPECTED_ANSWER',
    `The janitor function of ${bakery.title} did not answer with a report.`,
    'Deployment and command line may be of different versions: use the same commit for both.',
    { cause: answer },
  );
}

const isReport = (answer: unknown): answer is JanitorReport =>
  typeof answer === 'object' && answer !== null && 'leftovers' in answer && 'kept' in answer;

const isClean = ({ leftovers, builds, unread }: JanitorReport): boolean =>
  unread.length === 0 && [...leftovers, ...builds].every(({ outcome }) => outcome === 'done');

function janitorText(report: JanitorReport, columns: number | undefined, colors: Colors): string {
  const blocks = [
    heading(report, colors),
    report.leftovers.length === 0
      ? 'Nothing is left over.'
      : table(
          ['leftover', 'region', 'id', 'outcome', 'reason'],
          report.leftovers.map((it) => [it.kind, it.region, it.id, outcome(it), reason(it)]),
          columns,
          colors,
        ),
    ...report.builds.map((it) => `Build ${it.buildId} is over its time, ${outcome(it)}: ${reason(it)}`),
    tooMany(report, colors),
    stays(report),
    unread(report, colors),
  ];
  return blocks.filter((block) => block !== undefined).join('\n\n');
}

function heading({ bakery, account, region, mode, dryRun }: JanitorReport, colors: Colors): string {
  const only =
    mode === 'observe' ? '; observe mode: nothing is removed' : dryRun ? '; nothing is removed' : '';
  return `${colors.bold(bakery)} (account ${account}, ${region})${only}`;
}

const words: Record<Outcome, string> = {
  found: 'found',
  done: 'removed',
  failed: 'not now',
  left: 'next time',
};

const outcome = (it: { outcome: Outcome; buildId?: string }): string =>
  it.outcome === 'done' && it.buildId !== undefined ? 'stopped' : words[it.outcome];

const reason = ({ why, error }: Pick<LeftoverReport, 'why' | 'error'>): string =>
  error === undefined ? why : `${why}; ${error}`;

const tooMany = ({ tooMany: over, dryRun }: JanitorReport, colors: Colors): string | undefined =>
  over === undefined
    ? undefined
    : colors.yellow(
        `${over.found} leftovers are more than the ${over.most} that go in one run${dryRun ? '' : ': nothing was removed'}. If they may go: bakery janitor --most ${over.found}`,
      );

function stays({ kept }: JanitorReport): string | undefined {
  if (kept.length === 0) return undefined;
  const lines = kept.map(({ code, count, examples: [example] }) => {
    const first = example === undefined ? '' : ` (${example.id}: ${example.why})`;
    return `  ${count} ${code}${first}`;
  });
  return ['Stays:', ...lines].join('\n');
}

function unread({ unread: unseen }: JanitorReport, colors: Colors): string | undefined {
  if (unseen.length === 0) return undefined;
  const lines = unseen.map(({ what, why }) => `  ${what}: ${why}`);
  return [colors.red('Could not be read, so that nothing of it is removed:'), ...lines].join('\n');
}
