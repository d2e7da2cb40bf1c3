import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { Draw } from './draw';
import type { Happening, Plan } from './plan';

/** Chosen so that the seeds that were kept before there were revocations have none, and are what they were. */
const salt = 1_866_542_167;

/** Of the seeds. */
const share = 0.12;

/** What people revoke and take back. Drawn apart, so that everything else of a seed stays as it is. */
export function addRevocations(plan: Plan): Plan {
  const draw = new Draw(Math.imul(plan.seed + 1, salt) >>> 0);
  if (!draw.likely(share)) return plan;
  return withRevocations(plan, draw);
}

/** The same for a plan of whatever seed. */
export function withRevocations(plan: Plan, draw: Draw): Plan {
  const bakeries = plan.accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
  // Something has to have been published, and what follows has to have its time.
  const lifeMs = Math.max(plan.lifeMs, hourMs);
  const revoked = Array.from({ length: draw.between(1, 3) }, (): Happening[] => {
    const account = draw.likely(0.6) ? bakeries[0]! : draw.one(bakeries);
    const atMs = draw.between(Math.floor(lifeMs / 4), lifeMs - 1);
    const what = draw.weighted({ current: 60, ended: 20, running: 6, foreign: 7, nothing: 7 });
    const common = { id: 0, do: 'revoke', account, pick: draw.below(1_000) } as const;
    const first: Happening = {
      ...common,
      atMs,
      command: 'revoke',
      what,
      times: draw.one([1, 1, 1, 2]),
      apartMs: draw.one([0, 0, 3_000, 10 * minuteMs]),
    };
    if (!draw.likely(0.45)) return [first];
    const backMs = atMs + draw.one([0, 5_000, 10 * minuteMs, 50 * minuteMs]);
    const back: Happening = { ...first, atMs: Math.min(lifeMs - 1, backMs), command: 'unrevoke' };
    return draw.likely(0.85) ? [first, back] : [back];
  }).flat();
  const all = [...plan.happenings, ...revoked].sort((a, b) => a.atMs - b.atMs);
  return { ...plan, lifeMs, happenings: all.map((happening, id) => ({ ...happening, id })) };
}
