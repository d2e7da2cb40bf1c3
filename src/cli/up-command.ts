import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createColors } from 'picocolors';
import { minuteMs } from '../lib/definitions/instant';
import { ControlServer } from '../local/bakery/control-server';
import type { LoggedLine } from '../local/bakery/function-log';
import { keepRunning } from '../local/bakery/keep-running';
import type { LocalBakery } from '../local/bakery/local-bakery';
import { tickEveryMs } from '../local/bakery/schedules';
import { makeScratch } from '../local/bakery/scratch';
import type { Scratch } from '../local/bakery/scratch';
import { runningIn, writeStateFile } from '../local/bakery/state-file';
import { openForeignRepo } from '../local/tour/foreign-repo';
import { readBuildspec, startTour } from '../local/tour/start-tour';
import { activityText } from './activity';
import { askFor } from './consent';
import { housekeepingTeller } from './housekeeping';
import { onInterruption } from './interruption';
import { choosePacker, packerChoices } from './packer-choice';
import type { PackerChoice } from './packer-choice';
import type { Surroundings } from './surroundings';
import { UsageError } from './usage-error';

interface UpOptions {
  repo?: string;
  yes?: true;
  packer: PackerChoice;
  tick: number;
}

/** `bakery up`: a local bakery that runs until it is interrupted. */
export function upCommand(around: Surroundings): Command {
  return new Command('up')
    .description('run a local bakery in this folder: push to it, and ask it with status, explain and bake')
    .option('--repo <path>', 'start with an image repo of your own; it is cloned and never written to')
    .option('-y, --yes', 'with --repo: run its builds without asking')
    .option('--tick <minutes>', 'time between two ticks', readMinutes, tickEveryMs / minuteMs)
    .addOption(
      new Option('--packer <which>', 'auto: the real one if it is on the PATH')
        .choices(packerChoices)
        .default('auto'),
    )
    .action((options: UpOptions) => up(options, around));
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (minutes >= 0.1 && minutes <= 1_440) return minutes;
  throw new InvalidArgumentError('Write a number of minutes from 0.1 to 1440.');
}

async function up(options: UpOptions, around: Surroundings): Promise<void> {
  const other = runningIn(around.cwd);
  if (other !== undefined) {
    throw new UsageError(
      `A local bakery runs in ${around.cwd} already (process ${other}). Use it, or end it first.`,
    );
  }
  const scratch = makeScratch();
  const ends: (() => void | Promise<void>)[] = [() => scratch.remove()];
  const end = async () => {
    for (const each of ends.splice(0).reverse()) await each();
  };
  let interrupted = () => {};
  const untilInterrupted = new Promise<void>((resolve) => (interrupted = resolve));
  const forget = onInterruption({
    cleanUp: async () => {
      around.err('\nEnding what runs, removing the temporary folder.');
      await end();
      interrupted();
    },
    lastMoment: () => scratch.removeNow(),
  });
  try {
    await serve(options, around, scratch, ends);
    await untilInterrupted;
  } finally {
    await end();
    forget();
  }
}

async function serve(
  options: UpOptions,
  around: Surroundings,
  scratch: Scratch,
  ends: (() => void | Promise<void>)[],
): Promise<void> {
  const { searchPath } = around;
  const realPacker = await choosePacker(options.packer, searchPath);
  const foreign =
    options.repo === undefined
      ? undefined
      : await openForeignRepo(options.repo, { workTree: `${scratch.path}/foreign`, searchPath });
  if (foreign !== undefined) {
    const person = {
      yes: options.yes === true,
      canAnswer: around.stdinIsTerminal,
      show: (text: string) => around.err(text),
    };
    if (!(await askFor(foreign, await readBuildspec(), person))) throw new UsageError('Nothing was run.');
  }
  const seed = randomBytes(4).readUInt32BE();
  const housekeeping = housekeepingTeller();
  const onLine = (line: LoggedLine) => show(line, activityText(line) ?? housekeeping(line), around);
  const { setting } = await startTour(
    { scratch, searchPath, realPacker, foreign, seed, keepRecords: false, onLine },
    (made) => void ends.push(() => made.close()),
  );
  const { bakery, repo } = setting;
  bakery.aws.log.step = '';
  const token = randomBytes(24).toString('base64url');
  const server = new ControlServer(bakery, token);
  const url = await server.start();
  ends.push(() => server.stop());
  const accounts = bakery.deployments.map(({ title, settings }) => ({ id: settings.account, title }));
  ends.push(
    writeStateFile(around.cwd, { format: 'ami-bakery/local/1', pid: process.pid, url, token, accounts }),
  );
  await repo.push('First images');
  const life = keepRunning(bakery, {
    tickMinutes: options.tick,
    broken: (label, error) => around.err(`The local world broke in ${label}: ${String(error)}`),
  });
  ends.push(() => life.stop());
  around.out(opening(bakery, around.cwd));
}

function opening(bakery: LocalBakery, cwd: string): string {
  const { kind, version } = bakery.bench.packer;
  const repos = bakery.deployments.flatMap(({ title, settings: { account, region, repo } }) => {
    const made = repo === undefined ? undefined : bakery.repos.find(account, region, repo.name);
    return made === undefined ? [] : [`  git clone ${made.git.path} ${repo!.name}   # ${title}, ${account}`];
  });
  return [
    `A local bakery runs, with ${kind === 'real' ? `Packer ${version}` : `a stand-in for Packer ${version}`}. Its image repos:`,
    ...repos,
    `Change something, commit and push. In ${cwd}: bakery status, bakery explain IMAGE, bakery bake IMAGE.`,
    `Records: ${bakery.scratch.path}/records. Ctrl-C ends it and removes everything.`,
    '',
  ].join('\n');
}

function show(line: LoggedLine, text: string | undefined, { out, colors }: Surroundings): void {
  if (text === undefined) return;
  out(`${createColors(colors).dim(`${String(line.time).slice(11, 19)} ${line.account}`)} ${text}`);
}
