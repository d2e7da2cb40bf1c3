import { minuteMs } from '../../../src/lib/definitions/instant';
import type { Chance } from '../../../src/local/aws/chance';
import { Draw } from '../plan/draw';
import { withNights } from '../plan/nights';
import type { Plan } from '../plan/plan';
import { bakeriesOf, pushed, quick, withMore, type Put, type Scene } from './scene';

/** Nights in every bakery, in which builds often do not tell, or often have something new. */
const nights = (plan: Plan, draw: Chance, silent: number, releases: number, more: Put[] = []): Plan => {
  const nightly = withNights({ ...plan, services: quick(plan) }, new Draw(draw.below(1_000_000)));
  const news = Array.from({ length: releases }, (): Put => ({
    atMs: draw.below(nightly.lifeMs),
    do: 'packages',
  }));
  return withMore(nightly, [...news, ...more], { nights: { silent } });
};

export const nightScenes: Record<string, Scene> = {
  'unknown-is-equal': (plan, draw) => nights(plan, draw, 0.5, 0),
  'packages-not-compared': (plan, draw) => nights(plan, draw, 0, 3),
  'night-not-noted': (plan, draw) => nights(plan, draw, 0, 0),
  'night-not-indexed': (plan, draw) =>
    nights(
      plan,
      draw,
      0,
      0,
      bakeriesOf(plan).flatMap((account) => [
        pushed(account, 140 * minuteMs, 'content'),
        pushed(account, 165 * minuteMs, 'revert'),
      ]),
    ),
};
