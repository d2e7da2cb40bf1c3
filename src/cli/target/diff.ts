import { createColors } from 'picocolors';
import type { DiffAnswer, DiffRefusal } from '../../lib/reconcile/diff';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { diffText } from './diff-text';
import { findTarget } from './find-target';
import { answered, type TargetBakery } from './target';
import type { TargetOptions } from './target-options';

export interface DiffOptions extends TargetOptions {
  json?: true;
}

/**
 * @param from a bake, or an image where there is no `to`
 * @throws CliError where nothing answers, or no bakery knows of it
 */
export async function diff(
  from: string,
  to: string | undefined,
  options: DiffOptions,
  around: Surroundings,
): Promise<number> {
  const asked = to === undefined ? { image: from } : { from, to };
  if (to === undefined && isBake(from)) {
    throw new CliError('USAGE', `Bake ${from} is to be held against what?`, 'Name two bakes, or an image.');
  }
  const other = to === undefined ? undefined : [from, to].find((id) => !isBake(id));
  if (other !== undefined) {
    throw new CliError('USAGE', `"${other}" is no bake.`, 'Name two bakes, or an image alone.');
  }
  const { bakeries } = await findTarget(options, around);
  const answers = await Promise.all(bakeries.map((bakery) => ask(bakery, asked)));
  const comparisons = answers.flatMap((answer) => ('comparisons' in answer ? answer.comparisons : []));
  if (comparisons.length === 0) {
    throw refusal(answers.flatMap((answer) => ('refused' in answer ? answer.refused : [])));
  }
  if (options.json) around.out(JSON.stringify({ format: 'ami-bakery/diff/1', comparisons }, null, 2));
  else {
    const colors = createColors(around.colors);
    const columns = around.stdoutIsTerminal ? around.columns : undefined;
    around.out(comparisons.map((one) => diffText(one, columns, colors)).join('\n\n'));
  }
  return exitCodes.ok;
}

const isBake = (text: string): boolean => /^b-[0-9a-z]{1,40}$/.test(text);

async function ask(bakery: TargetBakery, asked: object): Promise<DiffAnswer> {
  const answer = answered(bakery, 'reconcile', await bakery.invoke('reconcile', { diff: asked }));
  if (isAnswer(answer)) return answer;
  throw new CliError(
    'UNEXPECTED_ANSWER',
    `The reconcile function of ${bakery.title} did not answer with a comparison.`,
    'Deployment and command line may be of different versions: use the same commit for both.',
    { cause: answer },
  );
}

const isAnswer = (answer: unknown): answer is DiffAnswer =>
  typeof answer === 'object' && answer !== null && ('comparisons' in answer || 'refused' in answer);

/** Of several bakeries the one that knows most of it tells why not. */
const tellsMost: DiffRefusal['code'][] = [
  'STILL_RUNNING',
  'NOTHING_BEFORE',
  'NO_SUCH_BAKE',
  'NO_SUCH_IMAGE',
  'MALFORMED',
];

const fixes: Record<DiffRefusal['code'], string> = {
  STILL_RUNNING: 'Wait for its end: `bakery status` shows it.',
  NOTHING_BEFORE: 'Name two bakes, or wait for the next one.',
  NO_SUCH_BAKE:
    'Both must be of one bakery. `bakery explain IMAGE` shows the last ones, the tag bakery:bake that of an AMI.',
  NO_SUCH_IMAGE: 'See `bakery status` for all of them.',
  MALFORMED: 'A bake is b- and 26 letters and digits, an image NAME or NAME/ARCHITECTURE.',
};

function refusal(refusals: DiffRefusal[]): CliError {
  const [told] = refusals.sort((a, b) => tellsMost.indexOf(a.code) - tellsMost.indexOf(b.code));
  const { code = 'NO_SUCH_BAKE', message = 'No bakery was asked' } = told ?? {};
  return new CliError(code === 'MALFORMED' ? 'USAGE' : code, `${message}.`, fixes[code]);
}
