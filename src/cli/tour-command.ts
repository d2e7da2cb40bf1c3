import { Command, Option } from 'commander';
import { createColors } from 'picocolors';
import type { LoggedLine } from '../local/bakery/function-log';
import type { LocalBakery } from '../local/bakery/local-bakery';
import { makeScratch } from '../local/bakery/scratch';
import type { Scratch } from '../local/bakery/scratch';
import { prepareEvidence, writeEvidence } from '../local/tour/evidence';
import { openForeignRepo } from '../local/tour/foreign-repo';
import { reportImages } from '../local/tour/report';
import type { TourReport } from '../local/tour/report';
import { readBuildspec, startTour } from '../local/tour/start-tour';
import { runStep } from '../local/tour/tour';
import type { StepOutcome } from '../local/tour/tour';
import { activityText } from './activity';
import { askFor } from './consent';
import type { CliEnvironment } from './environment';
import { imagesTable } from './images-table';
import { onInterruption } from './interruption';
import { choosePacker, packerChoices } from './packer-choice';
import type { PackerChoice } from './packer-choice';
import { showProgress, wrapped } from './tour-progress';
import type { Terminal } from './tour-progress';

interface TourOptions {
  json?: true;
  evidence?: string;
  repo?: string;
  packer: PackerChoice;
  keep?: true;
  yes?: true;
}

/** Chance of the local world: the same ids in every tour. */
const seed = 1;

/** `bakery tour`: what `npm start` runs. */
export function tourCommand(environment: CliEnvironment): Command {
  return new Command('tour')
    .description('the bakery at work on this machine: three accounts, real git, real builds, no AWS')
    .option('--json', 'print one report as JSON and nothing else')
    .option('--evidence <dir>', 'write what happened: calls, events, logs, steps and the state at the end')
    .option('--repo <path>', 'tour an image repo of your own; it is cloned and never written to')
    .option('-y, --yes', 'with --repo: run its builds without asking')
    .option('--keep', 'keep the temporary folder and say where it is')
    .addOption(
      new Option('--packer <which>', 'auto: the real one if it is on the PATH')
        .choices(packerChoices)
        .default('auto'),
    )
    .action(async (options: TourOptions) => {
      process.exitCode = await tour(options, environment);
    });
}

async function tour(options: TourOptions, environment: CliEnvironment): Promise<number> {
  const realPacker = await choosePacker(options.packer, environment.searchPath);
  const scratch = makeScratch();
  let bakery: LocalBakery | undefined;
  const leave = async () => {
    await bakery?.close();
    if (options.keep) process.stderr.write(`Kept: ${scratch.path}\n`);
    else await scratch.remove();
  };
  const forget = onInterruption({
    cleanUp: async () => {
      process.stderr.write('\nInterrupted: ending what runs, removing the temporary folder.\n');
      await leave();
    },
    lastMoment: () => {
      if (!options.keep) scratch.removeNow();
    },
  });
  try {
    return await inside(options, environment, { scratch, realPacker, opened: (made) => (bakery = made) });
  } finally {
    await leave();
    forget();
  }
}

async function inside(
  options: TourOptions,
  environment: CliEnvironment,
  made: { scratch: Scratch; realPacker: string | undefined; opened: (bakery: LocalBakery) => void },
): Promise<number> {
  const { scratch, realPacker, opened } = made;
  const { searchPath } = environment;
  const terminal = terminalOf(options, environment);
  const foreign =
    options.repo === undefined
      ? undefined
      : await openForeignRepo(options.repo, { workTree: `${scratch.path}/foreign`, searchPath });
  if (foreign !== undefined) {
    const person = {
      yes: options.yes === true,
      canAnswer: environment.stdinIsTerminal && options.json !== true,
      show: (text: string) => process.stderr.write(text),
    };
    if (!(await askFor(foreign, await readBuildspec(), person))) return 2;
  }
  const { evidence } = options;
  if (evidence !== undefined) prepareEvidence(evidence);
  let doing = (_activity: string): void => undefined;
  const onLine = (line: LoggedLine) => {
    const text = activityText(line);
    if (text !== undefined) doing(text);
  };
  const { setting, steps } = await startTour(
    { scratch, searchPath, realPacker, evidence, foreign, seed, onLine },
    opened,
  );
  const { bakery } = setting;
  terminal.write(`${opening(bakery, foreign?.given, terminal.columns)}\n\n`);

  const outcomes: StepOutcome[] = [];
  const run = async (step: (typeof steps)[number], show: typeof doing) => {
    doing = show;
    const outcome = await runStep(setting, step);
    doing = () => undefined;
    outcomes.push(outcome);
    return outcome;
  };
  await showProgress(steps, run, terminal);
  const report: TourReport = {
    ok: outcomes.every(({ ok }) => ok),
    packer: bakery.bench.packer,
    steps: outcomes.map(({ id, ok, seconds, detail }) => ({ id, ok, seconds, detail })),
    images: await reportImages(bakery),
  };
  if (evidence !== undefined) await writeEvidence(evidence, bakery, outcomes);
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  terminal.write(
    `\n${imagesTable(report.images, terminal.columns, terminal.colors)}\n\n${closing(report, evidence)}\n`,
  );
  return report.ok ? 0 : 1;
}

/** With --json, a terminal that nothing is written to. */
function terminalOf({ json }: TourOptions, environment: CliEnvironment): Terminal {
  return {
    write: (text) => {
      if (!json) process.stdout.write(text);
    },
    columns: Math.min(120, Math.max(60, environment.columns ?? 100)),
    live: environment.stdoutIsTerminal && !json,
    colors: createColors(environment.colors),
  };
}

function opening({ bench, deployments }: LocalBakery, repo: string | undefined, columns: number): string {
  const { kind, version } = bench.packer;
  const packer =
    kind === 'real'
      ? `Packer ${version} is real; its EC2 and its instances are local.`
      : `A stand-in plays Packer ${version}: nothing is baked for real, the rest is as it is.`;
  const accounts = deployments.map(({ title, settings }) => `${settings.account} (${title})`).join(', ');
  const whose = repo === undefined ? '' : ` The image repo is a clone of ${repo}.`;
  return wrapped(
    `The bakery at work, on this machine alone. Accounts: ${accounts}. ${packer}${whose}`,
    columns,
  ).join('\n');
}

function closing({ ok, steps }: TourReport, evidence: string | undefined): string {
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0).toFixed(0);
  const failed = steps.filter((step) => !step.ok).map(({ id }) => id);
  const verdict = ok
    ? `All ${steps.length} steps held, in ${seconds} s.`
    : `Did not hold: ${failed.join(', ')} (of ${steps.length} steps, in ${seconds} s).`;
  return evidence === undefined ? verdict : `${verdict} What happened is in ${evidence}.`;
}
