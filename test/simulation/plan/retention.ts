import { minuteMs } from '../../../src/lib/definitions/instant';
import { Draw } from './draw';
import type { Happening, Life, Plan } from './plan';

/** Chosen so that the seeds that were kept before there was retention have none, and are what they were. */
const salt = 3_266_489_917;

/** Of the seeds. */
const share = 0.12;

/** What may refer to an AMI, other than the ledger. */
export const references = ['instance', 'template', 'parameter', 'configuration', 'protection'] as const;

/**
 * Images of which few bakes are kept, changes that make old ones, and references that come and go. Drawn apart, so that
 * everything else of a seed stays as it is.
 */
export function addRetention(plan: Plan): Plan {
  const draw = new Draw(Math.imul(plan.seed + 7, salt) >>> 0);
  return draw.likely(share) ? retiring(plan, draw) : plan;
}

/** A plan with it, whatever the seed. */
export function retiring(plan: Plan, draw: Draw): Plan {
  const lifeMs = plan.lifeMs + draw.between(40, 120) * minuteMs;
  const bakeries = plan.accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
  for (const index of bakeries) {
    for (const image of plan.accounts[index]!.catalog.images)
      if (draw.likely(0.8)) image.retain = { count: draw.between(1, 2) };
  }
  const at = () => draw.below(lifeMs);
  const pushes = Array.from({ length: draw.between(3, 8) }, (): Life & { atMs: number } => ({
    atMs: at(),
    do: 'push',
    account: draw.one(bakeries),
    edit: { kind: 'content', pick: draw.below(1_000), fresh: 20_000 + draw.below(1_000) },
  }));
  const users = Array.from({ length: draw.between(6, 24) }, (): Life & { atMs: number } => ({
    atMs: at(),
    do: 'refer',
    account: draw.one(bakeries),
    what: draw.one(references),
    pick: draw.below(1_000),
    forMs: draw.between(2, 90) * minuteMs,
  }));
  const all = [...plan.happenings, ...pushes, ...users].sort((a, b) => a.atMs - b.atMs);
  return {
    ...plan,
    lifeMs,
    retires: true,
    happenings: all.map((happening, id): Happening => ({ ...happening, id })),
  };
}
