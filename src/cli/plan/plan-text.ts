import type { Colors } from '../terminal/paint';
import { paintDecision } from '../terminal/paint';
import { table } from '../terminal/table';
import type { PlannedImage, ValidPlan } from './push-plan';
import { list, short } from './sentence';

/** The plan for a person. `columns`: of the terminal. */
export function planText(plan: ValidPlan, columns: number | undefined, colors: Colors): string {
  const { from, to, images, otherFiles, assumptions } = plan;
  const opening =
    from === null
      ? `A push of ${short(to)} to a bakery that has baked nothing yet:`
      : `A push of ${short(to)} on top of ${short(from)}:`;
  const rows = images.map((image) => [
    image.step === null ? '-' : `${image.step}`,
    image.image,
    paintDecision(image.decision, colors),
    image.reason,
  ]);
  const others =
    otherFiles.length === 0 ? [] : [`Changed, and no input of any image: ${list(otherFiles, 'files')}.`];
  return [
    opening,
    '',
    table(['step', 'image', 'decision', 'reason'], rows, columns, colors),
    '',
    summary(images),
    ...outsideBases(images),
    ...others,
    ...assumptions.map((assumption) => colors.dim(`Taken for granted: ${assumption}`)),
  ].join('\n');
}

function summary(images: readonly PlannedImage[]): string {
  const count = (decision: string) => images.filter((image) => image.decision === decision).length;
  const steps = Math.max(0, ...images.map(({ step }) => step ?? 0));
  const parts = [
    numbered(count('bake'), 'bake'),
    numbered(count('reuse'), 'reuse'),
    numbered(count('amend'), 'amendment of sharing or tags', 'amendments of sharing or tags'),
    several(count('blocked'), 'blocked'),
    several(count('removed'), 'removed'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'Nothing is baked.';
  return `${parts.join(', ')}${steps > 1 ? `, in ${steps} steps: each waits for the one before` : ''}.`;
}

function outsideBases(images: readonly PlannedImage[]): string[] {
  const moving = images.filter(({ base, step }) => base?.knownAtRunTime === true && step !== null);
  const byBase = new Map<string, string[]>();
  for (const { image, base } of moving) byBase.set(base!.text, [...(byBase.get(base!.text) ?? []), image]);
  return [...byBase].map(([text, keys]) =>
    text === 'template'
      ? `Base of ${list(keys, 'images')}: the template chooses.`
      : `Base of ${list(keys, 'images')}: ${text}, an AMI known at run time.`,
  );
}

const numbered = (number: number, one: string, many = `${one}s`): string =>
  number === 0 ? '' : `${number} ${number === 1 ? one : many}`;
const several = (number: number, what: string): string => (number === 0 ? '' : `${number} ${what}`);
