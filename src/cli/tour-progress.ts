import { Listr } from 'listr2';
import type { createColors } from 'picocolors';
import type { TourStep } from '../local/tour/step';
import type { StepOutcome } from '../local/tour/tour';

type Colors = ReturnType<typeof createColors>;

export interface Terminal {
  write: (text: string) => void;
  columns: number;
  /** Lines can be rewritten. */
  live: boolean;
  colors: Colors;
}

/** Runs the steps one after another and shows each as it goes; `run` never throws. */
export async function showProgress(
  steps: readonly TourStep[],
  run: (step: TourStep, doing: (activity: string) => void) => Promise<StepOutcome>,
  terminal: Terminal,
): Promise<void> {
  if (!terminal.live) {
    for (const step of steps) terminal.write(`${outcomeText(await run(step, () => undefined), terminal)}\n`);
    return;
  }
  const tasks = new Listr(
    steps.map((step) => ({
      title: step.title,
      task: async (_context: unknown, task: { title?: string; output?: string }) => {
        const outcome = await run(step, (activity) => {
          task.output = activity.slice(0, terminal.columns - 6);
        });
        task.title = headline(outcome, terminal.colors);
        task.output = wrapped(outcome.detail, terminal.columns - 6).join('\n');
        if (!outcome.ok) throw new Error(outcome.detail.split('\n')[0]);
      },
      rendererOptions: { persistentOutput: true },
    })),
    {
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, showErrorMessage: false, collapseSubtasks: false },
    },
  );
  await tasks.run();
}

/** A step that is over, for a terminal or a file that only grows. */
function outcomeText(outcome: StepOutcome, { columns, colors }: Terminal): string {
  const mark = outcome.ok ? colors.green('✔') : colors.red('✖');
  const detail = wrapped(outcome.detail, columns - 2).map((line) => `  ${line}`);
  return [`${mark} ${headline(outcome, colors)}`, ...detail].join('\n');
}

const headline = ({ id, title, seconds, ok }: StepOutcome, colors: Colors): string =>
  `${colors.bold(id)}  ${title}${ok ? '' : colors.red(' - did not hold')} ${colors.dim(`(${seconds.toFixed(1)} s)`)}`;

/** Lines of at most `width`, broken between words. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1)!;
      if (line === '') lines[lines.length - 1] = word;
      else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}
