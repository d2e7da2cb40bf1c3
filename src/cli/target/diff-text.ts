import type { BakeSide, Change, Comparison } from '../../lib/lifecycle/compare-bakes';
import type { PackageChange } from '../../lib/lifecycle/compare-packages';
import { time } from '../terminal/age';
import type { Colors } from '../terminal/paint';
import { table } from '../terminal/table';

/** Everything at a glance first, then what differs, line by line. */
export function diffText(comparison: Comparison, columns: number | undefined, colors: Colors): string {
  const { from, to } = comparison;
  const rows: [string, string][] = [
    ['from', sideText(from)],
    ['to', sideText(to)],
    ['packages', packagesText(comparison.packages)],
    ['inputs', inputsText(comparison)],
    ...variableRows(comparison),
    ['base', fromTo(from.base, to.base)],
    ['builder', fromTo(from.builder, to.builder)],
    ['tests', fromTo(testsText(from), testsText(to))],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const name = from.image === to.image ? from.image : `${from.image} and ${to.image}, two images`;
  const blocks = [
    [colors.bold(name), ...rows.map(([title, text]) => `  ${colors.dim(title.padEnd(width))}  ${text}`)].join(
      '\n',
    ),
    listOf('input', comparison.inputs.map(shortIds), columns, colors),
    listOf('variable', comparison.variables ?? [], columns, colors),
    packageList(comparison.packages, columns, colors),
  ];
  return blocks.filter((block) => block !== undefined).join('\n\n');
}

function sideText({ bakeId, status, claimedAtMs, commitId, cause, equalTo }: BakeSide): string {
  const commit = commitId === '' ? '' : `, commit ${commitId.slice(0, 8)}`;
  const came = equalTo === undefined ? '' : `, came to ${equalTo}`;
  return `${bakeId} of ${time(claimedAtMs)}, ${status}${came}${commit}: ${cause}`;
}

function packagesText(packages: Comparison['packages']): string {
  if (!packages.known) {
    const told =
      packages.equal === undefined
        ? 'not known'
        : packages.equal
          ? 'the same'
          : 'others; which ones is not known';
    return `${told}: ${packages.why}`;
  }
  const { changes, same } = packages;
  const count = (kind: Kind) => changes.filter((change) => kindOf(change) === kind).length;
  const parts = (['changed', 'new', 'removed'] as const).map((kind) => `${count(kind)} ${kind}`);
  return `${parts.join(', ')}, ${same} the same`;
}

type Kind = 'changed' | 'new' | 'removed';
const kindOf = ({ from, to }: PackageChange): Kind =>
  from.length === 0 ? 'new' : to.length === 0 ? 'removed' : 'changed';

function inputsText({ inputs, variables, sameContent, from, to }: Comparison): string {
  if (from.image !== to.image) return `${inputs.length} differ`;
  if (inputs.length > 0) return `${inputs.length} changed`;
  if (sameContent) return 'the same';
  return variables !== undefined && variables.length > 0
    ? 'the same; the variables are others'
    : 'the same; the definition in bakery.yml is another';
}

function variableRows({ variables }: Comparison): [string, string][] {
  if (variables === undefined) return [['variables', 'not known of both']];
  return variables.length === 0 ? [] : [['variables', `${variables.length} changed`]];
}

function fromTo(before: string | undefined, after: string | undefined): string {
  if (before === undefined && after === undefined) return 'not known';
  return before === after ? `${before}, the same` : `${before ?? 'not known'} → ${after ?? 'not known'}`;
}

function testsText({ tests }: BakeSide): string {
  if (tests === undefined) return 'none';
  return `${tests.result}, ${tests.passed} of ${tests.checks} checks (folder ${tests.objectId.slice(0, 8)})`;
}

const shortIds = ({ name, from, to }: Change): Change => ({
  name,
  ...(from === undefined ? {} : { from: from.slice(0, 8) }),
  ...(to === undefined ? {} : { to: to.slice(0, 8) }),
});

function listOf(
  what: string,
  changes: Change[],
  columns: number | undefined,
  colors: Colors,
): string | undefined {
  if (changes.length === 0) return undefined;
  const rows = changes.map(({ name, from, to }) => [name, from ?? '-', to ?? '-']);
  return table([what, 'from', 'to'], rows, columns, colors);
}

const order: Kind[] = ['changed', 'new', 'removed'];

function packageList(
  packages: Comparison['packages'],
  columns: number | undefined,
  colors: Colors,
): string | undefined {
  if (!packages.known || packages.changes.length === 0) return undefined;
  const rows = order.flatMap((kind) =>
    packages.changes
      .filter((change) => kindOf(change) === kind)
      .map(({ name, from, to }) => [kind, name, versions(from), versions(to)]),
  );
  return table(['', 'package', 'from', 'to'], rows, columns, colors);
}

const versions = (list: string[]): string =>
  list.length === 0 ? '-' : list.map((version) => (version === '' ? '(no version)' : version)).join(', ');
