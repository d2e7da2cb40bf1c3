import { createColors } from 'picocolors';
import { raiseLimit } from '../../lib/notices/many-retirements';
import type { Outcome, RetireReport, StepReport } from '../../lib/reconcile/retire/report';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import type { Colors } from '../terminal/paint';
import { table } from '../terminal/table';
import { findTarget } from './find-target';
import { answered, type TargetBakery } from './target';
import type { TargetOptions } from './target-options';

export interface RetireOptions extends TargetOptions {
  dryRun?: true;
  most?: number;
  json?: true;
}

/** @throws CliError where nothing answers, or nothing has a bake of the image */
export async function retire(
  image: string | undefined,
  options: RetireOptions,
  around: Surroundings,
): Promise<number> {
  const target = await findTarget(options, around);
  const event = {
    dryRun: options.dryRun ?? false,
    ...(image === undefined ? {} : { image }),
    ...(options.most === undefined ? {} : { most: options.most }),
  };
  const all = await Promise.all(target.bakeries.map((bakery) => ask(bakery, event)));
  const reports = image === undefined ? all : all.filter(({ looked }) => looked > 0);
  if (reports.length === 0) throw noSuchImage(image ?? '', target.name);
  if (options.json) around.out(JSON.stringify({ format: 'ami-bakery/retire/1', reports }, null, 2));
  else {
    const colors = createColors(around.colors);
    const columns = around.stdoutIsTerminal ? around.columns : undefined;
    around.out(reports.map((report) => retireText(report, columns, colors)).join('\n\n'));
  }
  return reports.every(isClean) ? exitCodes.ok : exitCodes.problems;
}

async function ask(bakery: TargetBakery, event: object): Promise<RetireReport> {
  const answer = answered(bakery, 'retire', await bakery.invoke('retire', event));
  if (isReport(answer)) return answer;
  throw new CliError(
    'UNEXPECTED_ANSWER',
    `The retire function of ${bakery.title} did not answer with a report.`,
    'Deployment and command line may be of different versions: use the same commit for both.',
    { cause: answer },
  );
}

const noSuchImage = (image: string, where: string): CliError =>
  new CliError(
    'NO_SUCH_IMAGE',
    `Nothing has been baked of ${image} in ${where}.`,
    'See `bakery status` for all of them.',
  );

const isReport = (answer: unknown): answer is RetireReport =>
  typeof answer === 'object' && answer !== null && 'steps' in answer && 'kept' in answer;

const isClean = ({ steps, unread, tooMany }: RetireReport): boolean =>
  unread.length === 0 &&
  tooMany.length === 0 &&
  steps.every(({ outcome }) => outcome === 'done' || outcome === 'found');

function retireText(report: RetireReport, columns: number | undefined, colors: Colors): string {
  const blocks = [
    heading(report, colors),
    report.steps.length === 0
      ? 'Nothing is to be retired now.'
      : table(
          ['image', 'bake', 'step', 'outcome', 'reason'],
          report.steps.map((it) => [it.image, it.bakeId, step(it), words[it.outcome], reason(it)]),
          columns,
          colors,
        ),
    tooMany(report, colors),
    stays(report),
    unread(report, colors),
  ];
  return blocks.filter((block) => block !== undefined).join('\n\n');
}

function heading({ bakery, account, region, mode, dryRun }: RetireReport, colors: Colors): string {
  const only =
    mode === 'observe' ? '; observe mode: nothing is changed' : dryRun ? '; nothing is changed' : '';
  return `${colors.bold(bakery)} (account ${account}, ${region})${only}`;
}

const step = ({ from, to }: StepReport): string => (from === to ? `${to}, in EC2 too` : `${from} → ${to}`);

const words: Record<Outcome, string> = {
  found: 'found',
  done: 'done',
  failed: 'not now',
  left: 'next time',
};

const reason = ({ why, error }: Pick<StepReport, 'why' | 'error'>): string =>
  error === undefined ? why : `${why}; ${error}`;

function tooMany({ tooMany: over, steps, dryRun }: RetireReport, colors: Colors): string | undefined {
  if (over.length === 0) return undefined;
  const count = steps.filter(({ onward }) => onward).length;
  const lines = over.map(({ why, most }) => `${why}; ${most} go without asking`);
  const told = [
    `${lines.join('\n')}${dryRun ? '.' : ': none went.'}`,
    `If they may go: bakery retire --most ${count}`,
    raiseLimit(over),
  ];
  return colors.yellow(told.filter((line) => line !== undefined).join('\n'));
}

function stays({ kept }: RetireReport): string | undefined {
  if (kept.length === 0) return undefined;
  const lines = kept.map(({ code, count, examples: [example] }) => {
    const first = example === undefined ? '' : ` (${example.image} ${example.bakeId}: ${example.why})`;
    return `  ${count} ${code}${first}`;
  });
  return ['Stays:', ...lines].join('\n');
}

function unread({ unread: unseen }: RetireReport, colors: Colors): string | undefined {
  if (unseen.length === 0) return undefined;
  const lines = unseen.map(({ what, why }) => `  ${what}: ${why}`);
  return [colors.red('Could not be read, so that nothing goes on:'), ...lines].join('\n');
}
