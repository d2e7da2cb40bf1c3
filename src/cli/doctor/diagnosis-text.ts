import type { Diagnosis } from '../../lib/doctor/diagnosis';
import type { Cure, Finding, Unchecked } from '../../lib/preflight/finding';
import type { Colors } from '../terminal/paint';

/** For people: each finding with all that is to be done about it, ready to be copied. */
export function diagnosisText(diagnosis: Diagnosis, colors: Colors): string {
  const { findings, unchecked } = diagnosis;
  return [
    heading(diagnosis, colors),
    ...findings.map((it) => findingText(it, colors)),
    ...(unchecked.length === 0 ? [] : [uncheckedText(unchecked, colors)]),
  ].join('\n\n');
}

function heading(
  { bakery, account, region, source, deployed, findings, unchecked }: Diagnosis,
  colors: Colors,
): string {
  const number = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const of = (severity: Finding['severity']) => findings.filter((it) => it.severity === severity).length;
  const counts = [
    ...(of('error') > 0 ? [colors.red(number(of('error'), 'error'))] : []),
    ...(of('warning') > 0 ? [colors.yellow(number(of('warning'), 'warning'))] : []),
    ...(unchecked.length > 0 ? [`${number(unchecked.length, 'thing')} not checked`] : []),
  ];
  const verdict = counts.length === 0 ? colors.green('healthy') : counts.join(', ');
  const when = deployed === false ? ', not deployed yet' : '';
  return `${colors.bold(bakery)} (account ${account}, ${region}; ${source})${when}: ${verdict}`;
}

function findingText(
  { severity, code, subject, region, found, fails, cures }: Finding,
  colors: Colors,
): string {
  const paint = severity === 'error' ? colors.red : colors.yellow;
  return [
    `${paint(severity)} ${colors.bold(code)} ${subject} (${region})`,
    `  ${found}`,
    `  ${fails}`,
    ...cures.flatMap((cure) => cureText(cure, colors)),
  ].join('\n');
}

/** Everything that is to be copied stands on lines of its own. */
const cureText = ({ where, text }: Cure, colors: Colors): string[] => [
  `  ${colors.green('cure')}, ${where}:`,
  ...text.split('\n').map((line) => `    ${line}`),
];

const uncheckedText = (unchecked: Unchecked[], colors: Colors): string =>
  [
    colors.yellow('Could not be checked:'),
    ...unchecked.map(({ what, why }) => `  ${what}, because ${why}`),
  ].join('\n');
