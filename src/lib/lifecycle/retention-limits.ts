import type { ImageKey } from '../definitions/catalog';
import {
  goesOn,
  type ImageRetention,
  type RetentionStep,
  type RetentionVerdict,
  type TooMany,
} from './retention-facts';
import { retirable } from './retirement';

/** More in one run is more likely a mistake in bakery.yml than housekeeping. */
export const mostInARun = 20;

/**
 * Amounts that look wrong. Per image: more than a third of its bakes into the same stage at once, though a single one is
 * never too many. Of the run: more than twenty. A person who says how many may go has looked at them.
 */
export function tooMany(
  images: readonly ImageRetention[],
  verdicts: readonly RetentionVerdict[],
  most?: number,
): TooMany[] {
  const going = verdicts.filter(goesOn);
  const ceiling = most ?? mostInARun;
  const inAll =
    going.length > ceiling
      ? [{ found: going.length, most: ceiling, why: `${going.length} bakes would go on in one run` }]
      : [];
  if (most !== undefined) return inAll;
  return [...inAll, ...images.flatMap((image) => ofImage(image, going) ?? [])];
}

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
