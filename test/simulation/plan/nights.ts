import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { Draw } from './draw';
import type { Happening, Plan } from './plan';

/** Chosen so that the seeds that were kept before there were nights have none, and are what they were. */
const salt = 2_051_857_829;

/** Of the seeds. */
const share = 0.3;

/**
 * Nights, an hour apart, in some of which nothing changes: what vendors bring out, new versions of Packer, and templates that
 * at times do not tell what is installed. Drawn apart, so that everything else of a seed stays as it is.
 */
export function addNights(plan: Plan): Plan {
  const draw = new Draw(Math.imul(plan.seed + 1, salt) >>> 0);
  return plan.lifeMs < longestLifeMs && draw.likely(share) ? withNights(plan, draw) : plan;
}

/** With the hours that nights add, a schedule of this day does not fire again on the next. */
const longestLifeMs = 12 * hourMs;

export function withNights(plan: Plan, draw: Draw): Plan {
  const lifeMs = plan.lifeMs + draw.between(60, 200) * minuteMs;
  const bakeries = plan.accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
  for (const index of bakeries) {
    for (const image of plan.accounts[index]!.catalog.images) {
      image.publish = draw.likely(0.85) ? 'if-changed' : 'always';
      const isRoot = image.base.kind !== 'image';
      if (draw.likely(isRoot ? 0.7 : 0.15)) {
        image.schedule = { cron: hourly(draw.below(60), plan.startMs, lifeMs), timezone: 'UTC' };
      }
    }
  }
  const more: Happening[] = [
    ...Array.from({ length: draw.between(0, 3) }, (): Happening => ({
      id: 0,
      atMs: draw.below(lifeMs),
      do: 'packages',
    })),
    ...Array.from({ length: draw.one([0, 0, 1]) }, (): Happening => ({
      id: 0,
      atMs: draw.below(lifeMs),
      do: 'builder',
      account: draw.one(bakeries),
    })),
  ];
  const all = [...plan.happenings, ...more].sort((a, b) => a.atMs - b.atMs);
  return {
    ...plan,
    lifeMs,
    nights: { silent: draw.one([0, 0, 0.1, 0.4]) },
    happenings: all.map((happening, id) => ({ ...happening, id })),
  };
}

/** In each hour of the life, and in none after it: the world has to come to rest. */
function hourly(minute: number, startMs: number, lifeMs: number): string {
  const first = new Date(startMs).getUTCHours();
  const hours = Array.from({ length: Math.ceil(lifeMs / hourMs) + 1 }, (_, hour) => (first + hour) % 24);
  return `${minute} ${hours.sort((a, b) => a - b).join(',')} * * *`;
}
