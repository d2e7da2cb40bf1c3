import { createColors } from 'picocolors';
import { formatProblem } from '../../lib/definitions/problem';
import type { Report } from '../../lib/reconcile/report';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { age, time } from '../terminal/age';
import type { Colors } from '../terminal/paint';
import { paintDecision } from '../terminal/paint';
import { table } from '../terminal/table';
import { findTarget } from './find-target';
import { revokedText } from './revoked-text';
import { observe } from './target';
import type { TargetOptions } from './target-options';

/** @throws CliError where nothing answers */
export async function status(
  options: TargetOptions & { json?: true },
  around: Surroundings,
): Promise<number> {
  const target = await findTarget(options, around);
  const reports = await Promise.all(target.bakeries.map(observe));
  if (options.json) around.out(JSON.stringify({ format: 'ami-bakery/status/1', reports }, null, 2));
  else {
    const colors = createColors(around.colors);
    const columns = around.stdoutIsTerminal ? around.columns : undefined;
    around.out(reports.map((report) => statusText(report, columns, colors)).join('\n\n'));
  }
  return reports.every(isWell) ? exitCodes.ok : exitCodes.problems;
}

const isWell = ({ images, mirrors, refused, troubles, unknown }: Report): boolean =>
  refused === undefined &&
  unknown === undefined &&
  troubles.length === 0 &&
  images.every(({ decision, reasonCode }) => decision !== 'blocked' || reasonCode === 'removed') &&
  mirrors.every((mirror) => mirror.status !== 'blocked');

function statusText(report: Report, columns: number | undefined, colors: Colors): string {
  const blocks = [
    heading(report, colors),
    pausedText(report, colors),
    report.images.length === 0 ? undefined : imagesText(report, columns, colors),
    report.mirrors.length === 0 ? undefined : mirrorsText(report, columns, colors),
    revokedOf(report),
    report.unknown === undefined ? undefined : colors.yellow(`Nothing can be planned: ${report.unknown}`),
    commandsText(report),
    refusedText(report, colors),
    troublesText(report, colors),
  ];
  return blocks.filter((block) => block !== undefined).join('\n\n');
}

function heading({ bakery, account, region, mode, commitId }: Report, colors: Colors): string {
  const commit = commitId === undefined ? '' : `, commit ${commitId.slice(0, 8)}`;
  const observing = mode === 'observe' ? '; observe mode: nothing is baked' : '';
  return `${colors.bold(bakery)} (account ${account}, ${region})${commit}${observing}`;
}

function pausedText({ atMs, images, paused }: Report, colors: Colors): string | undefined {
  const pauses = [
    ...(paused === undefined ? [] : [{ what: 'The bakery', pause: paused }]),
    ...images.flatMap(({ image, paused: pause }) => (pause === undefined ? [] : [{ what: image, pause }])),
  ];
  if (pauses.length === 0) return undefined;
  return pauses
    .map(({ what, pause: { by, why, atMs: sinceMs } }) =>
      colors.yellow(`${what} is paused, since ${time(sinceMs)} (${age(atMs - sinceMs)}) by ${by}: ${why}`),
    )
    .join('\n');
}

const imagesText = ({ images, atMs }: Report, columns: number | undefined, colors: Colors): string =>
  table(
    ['image', 'channel', 'AMI', 'age', 'decision', 'reason'],
    images
      .flatMap((first) => [first, ...(first.further ?? []).map((one) => ({ image: '', ...one }))])
      .map(({ image, channel, amiId, bakedAtMs, decision, reason }) => [
        image,
        channel || '-',
        amiId ?? '-',
        bakedAtMs === undefined ? '-' : age(atMs - bakedAtMs),
        paintDecision(decision, colors),
        reason,
      ]),
    columns,
    colors,
  );

const mirrorsText = ({ mirrors }: Report, columns: number | undefined, colors: Colors): string =>
  table(
    ['mirror of', 'parameter', 'AMI', 'status', 'reason'],
    mirrors.map(({ name, parameter, amiId, status: state, reason }) => [
      name,
      parameter ?? '-',
      amiId ?? '-',
      paintDecision(state, colors),
      reason,
    ]),
    columns,
    colors,
  );

/** Of very many, the latest of each image. */
function revokedOf({ images }: Report): string | undefined {
  const lines = images.flatMap(({ image, revoked: [latest, ...earlier] = [] }) => {
    if (latest === undefined) return [];
    const more = earlier.length === 0 ? '' : `; and ${earlier.length} before it`;
    return [`  ${image}: ${revokedText(latest)}${more}`];
  });
  return lines.length === 0 ? undefined : ['Revoked:', ...lines].join('\n');
}

function commandsText({ atMs, commands = [] }: Report): string | undefined {
  if (commands.length === 0) return undefined;
  const lines = commands.map((command) => {
    const amiId = command.command === 'adopt' ? ` ${command.amiId}` : '';
    const whom = command.image ?? ('bake' in command ? `bake ${command.bake}` : 'the bakery');
    return `  ${command.command} ${whom}${amiId}, by ${command.by} ${age(atMs - command.atMs)} ago: ${command.why}`;
  });
  return ['Asked for, and not carried out yet:', ...lines].join('\n');
}

function refusedText({ refused, commitId }: Report, colors: Colors): string | undefined {
  if (refused === undefined) return undefined;
  const stays = commitId === undefined ? 'no commit is in force' : `${commitId.slice(0, 8)} stays in force`;
  const lines = refused.problems.map((problem) => `  ${formatProblem('bakery.yml', problem)}`);
  return [
    colors.red(`bakery.yml of commit ${refused.commitId.slice(0, 8)} was refused; ${stays}:`),
    ...lines,
  ].join('\n');
}

function troublesText({ troubles }: Report, colors: Colors): string | undefined {
  if (troubles.length === 0) return undefined;
  const lines = troubles.map(
    ({ image, what, code, message, retryable }) =>
      `  ${image === undefined ? '' : `${image}: `}${what}: ${code} ${message}${retryable ? ' (tried again at the next tick)' : ''}`,
  );
  return [colors.red('Could not be done now:'), ...lines].join('\n');
}
