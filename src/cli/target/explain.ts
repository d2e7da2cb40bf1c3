import { createColors } from 'picocolors';
import type { ImageReport, Report } from '../../lib/reconcile/report';
import { exitCodes } from '../exit-codes';
import type { Surroundings } from '../surroundings';
import { age, time } from '../terminal/age';
import type { Colors } from '../terminal/paint';
import { paintDecision } from '../terminal/paint';
import type { FoundImage } from './find-images';
import { findImages } from './find-images';
import { findTarget } from './find-target';
import { observe } from './target';
import { revokedText } from './revoked-text';
import type { TargetOptions } from './target-options';

/** @throws CliError where nothing answers or no image is called so */
export async function explain(
  wanted: string,
  options: TargetOptions & { json?: true },
  around: Surroundings,
): Promise<number> {
  const target = await findTarget(options, around);
  const reports = await Promise.all(target.bakeries.map(observe));
  const found = findImages(reports, wanted);
  if (options.json) {
    const images = found.map(({ report, image }) => ({
      bakery: report.bakery,
      account: report.account,
      region: report.region,
      ...image,
      chain: chainOf(report, image).map((link) => link.image),
      troubles: report.troubles.filter((trouble) => trouble.image === image.image),
    }));
    around.out(JSON.stringify({ format: 'ami-bakery/explain/1', images }, null, 2));
  } else {
    const colors = createColors(around.colors);
    around.out(found.map((one) => story(one, colors)).join('\n\n'));
  }
  return found.some(({ image }) => image.decision === 'blocked') ? exitCodes.problems : exitCodes.ok;
}

/** Images that it waits for, the nearest first. */
function chainOf({ images }: Report, { waitsFor }: ImageReport): ImageReport[] {
  const chain: ImageReport[] = [];
  let at = images.find(({ image }) => image === waitsFor);
  while (at !== undefined && !chain.includes(at)) {
    chain.push(at);
    const next: string | undefined = at.waitsFor;
    at = images.find(({ image }) => image === next);
  }
  return chain;
}

function story({ report, image }: FoundImage, colors: Colors): string {
  const rows: [string, string][] = [
    ['decision', `${paintDecision(image.decision, colors)}: ${image.reason}`],
    ...chainOf(report, image).map((link): [string, string] => [
      'waits for',
      `${link.image}, ${link.decision}: ${link.reason}`,
    ]),
    ...since(report, image),
    ['published', publishedText(report, image)],
    ...testRows(image),
    ...approvalRows(image),
    ...pinRows(image),
    ...revokedRows(image),
    ...furtherRows(report, image),
    ...baseRows(report, image),
    ...inputRows(report, image),
    ...liveRows(image),
    ...failureRows(image),
    ...report.troubles
      .filter((trouble) => trouble.image === image.image)
      .map(({ what, code, message }): [string, string] => ['trouble', `${what}: ${code} ${message}`]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${colors.bold(image.image)} of ${report.bakery} (account ${report.account}, ${report.region})`,
    ...rows.map(([name, text]) => `  ${colors.dim(name.padEnd(width))}  ${text}`),
  ].join('\n');
}

const since = ({ atMs }: Report, { dueSinceMs }: ImageReport): [string, string][] =>
  dueSinceMs === undefined ? [] : [['due since', `${time(dueSinceMs)} (${age(atMs - dueSinceMs)})`]];

function publishedText({ atMs }: Report, image: ImageReport): string {
  const { adopted, amiId, bakeId, bakedAtMs, channel, commitId, sequence } = image;
  if (bakeId === undefined || bakedAtMs === undefined) return 'never';
  const commit = commitId === undefined ? '' : `, of commit ${commitId.slice(0, 8)}`;
  if (adopted !== undefined)
    return `${amiId ?? 'no AMI in this region'} in ${channel}, sequence ${sequence}, adopted ${time(adopted.atMs)} (${age(atMs - adopted.atMs)} ago) by ${adopted.by}: ${adopted.why}`;
  return `${amiId ?? 'no AMI in this region'} in ${channel}, sequence ${sequence}, baked ${time(bakedAtMs)} (${age(atMs - bakedAtMs)} ago) by bake ${bakeId}${commit}`;
}

const approvalRows = ({ approved }: ImageReport): [string, string][] =>
  approved === undefined
    ? []
    : [['approved', `by ${approved.by} at ${time(approved.atMs)}: ${approved.why}`]];

function testRows({ tests }: ImageReport): [string, string][] {
  if (tests === undefined) return [];
  const { checks, objectId } = tests;
  return [
    ['tests', `${checks} ${checks === 1 ? 'check' : 'checks'} passed (folder ${objectId.slice(0, 8)})`],
  ];
}

function pinRows({ pin }: ImageReport): [string, string][] {
  if (pin === undefined) return [];
  const from = pin.from === undefined ? 'pinned' : `rolled back from bake ${pin.from}`;
  return [['pin', `${from} at ${time(pin.atMs)} by ${pin.by}: ${pin.why}`]];
}

/** Of many, the latest. */
const revokedShown = 5;

function revokedRows({ revoked = [] }: ImageReport): [string, string][] {
  const rows = revoked.slice(0, revokedShown).map((bake): [string, string] => ['revoked', revokedText(bake)]);
  const more = revoked.length - rows.length;
  return more === 0 ? rows : [...rows, ['', `and ${more} earlier ${more === 1 ? 'bake' : 'bakes'}`]];
}

const furtherRows = ({ atMs }: Report, { further = [] }: ImageReport): [string, string][] =>
  further.flatMap(({ channel, amiId, bakeId, bakedAtMs, sequence, decision, reason }): [string, string][] => [
    [
      channel,
      bakeId === undefined || bakedAtMs === undefined
        ? 'never published'
        : `${amiId ?? 'no AMI in this region'}, sequence ${sequence}, baked ${time(bakedAtMs)} (${age(atMs - bakedAtMs)} ago) by bake ${bakeId}`,
    ],
    ['', `${decision}: ${reason}`],
  ]);

function baseRows({ images }: Report, { adopted, base, baseAmiId }: ImageReport): [string, string][] {
  if (base === undefined) return [];
  const own = images.find(({ image }) => base.startsWith(`image:${image}@`));
  const now = own === undefined ? '' : `; ${own.image} is now ${own.amiId ?? 'not published'}`;
  if (base === 'template') return [['base', 'the template chooses it: a newer base does not make it due']];
  const builtOn =
    adopted === undefined ? 'the published AMI was built on' : 'the adopted AMI counts as built on';
  const used = baseAmiId === undefined ? '' : `; ${builtOn} ${baseAmiId}`;
  return [['base', `${base}${used}${now}`]];
}

function inputRows({ commitId }: Report, { inputs }: ImageReport): [string, string][] {
  if (inputs === undefined) return [];
  const at = commitId === undefined ? '' : ` at commit ${commitId.slice(0, 8)}`;
  return [['inputs', `${inputs.map((path) => (path === '' ? '(the whole folder)' : path)).join(', ')}${at}`]];
}

function liveRows({ live }: ImageReport): [string, string][] {
  if (live === undefined) return [];
  const build = live.buildId === undefined ? '' : `, build ${live.buildId}`;
  return [['running', `bake ${live.bakeId} is ${live.status}${build}`]];
}

function failureRows({ failure }: ImageReport): [string, string][] {
  if (failure === undefined) return [];
  const { bakeId, class: failureClass, count, message, lines, atMs, retryAtMs } = failure;
  const next = retryAtMs === undefined ? '' : `; tried again at ${time(retryAtMs)}`;
  return [
    ['failed', `bake ${bakeId} at ${time(atMs)} (${failureClass}, attempt ${count})${next}: ${message}`],
    ...lines.map((line): [string, string] => ['', `| ${line}`]),
  ];
}
