import type { ImageKey } from '../definitions/catalog';
import {
  goesOn,
  type ImageRetention,
  type RetentionFacts,
  type RetentionStep,
  type RetentionVerdict,
  type TooMany,
} from './retention-facts';
import { retirable } from './retirement';

/**
 * Amounts that look wrong. Per image: more than a third of its bakes into the same stage at once, though a single one is
 * never too many. Of the run: more than the settings let go, which is more likely a mistake in bakery.yml than
 * housekeeping. A person who says how many may go has looked at them.
 */
export function tooMany(
  { images, maxRetirementsPerRun }: Pick<RetentionFacts, 'images' | 'maxRetirementsPerRun'>,
  verdicts: readonly RetentionVerdict[],
  most?: number,
): TooMany[] {
  const going = verdicts.filter(goesOn);
  if (most !== undefined) return ofRun(going.length, most);
  const setting = 'maxRetirementsPerRun';
  return [
    ...ofRun(going.length, maxRetirementsPerRun).map((over) => ({ ...over, setting }) as const),
    ...images.flatMap((image) => ofImage(image, going) ?? []),
  ];
}

const ofRun = (found: number, most: number): TooMany[] =>
  found > most ? [{ found, most, why: `${found} bakes would go on in one run` }] : [];

function ofImage({ key, bakes }: ImageRetention, going: readonly RetentionVerdict[]): TooMany | undefined {
  const there = bakes.filter(({ status }) => retirable.includes(status)).length;
  const most = Math.max(1, Math.floor(there / 3));
  const found = Math.max(0, ...counts(key, going).values());
  if (found <= most) return undefined;
  return { image: key, found, most, why: `${found} of the ${there} bakes of ${key} would go on at once` };
}

function counts(key: ImageKey, going: readonly RetentionVerdict[]): Map<string, number> {
  const byStage = new Map<string, number>();
  for (const { bake, step } of going) {
    if (bake.image !== key) continue;
    const { to } = step as Extract<RetentionStep, { kind: 'move' }>;
    byStage.set(to, (byStage.get(to) ?? 0) + 1);
  }
  return byStage;
}
