import { minuteMs } from '../../../src/lib/definitions/instant';
import type { Chance } from '../../../src/local/aws/chance';
import type { FaultKind } from '../contract';
import type { Edit } from '../plan/edit';
import type { Happening, Life, Plan } from '../plan/plan';

/**
 * Where a search looks: what happens besides, in each of its plans, so that a mistake has its occasion within few seeds.
 * A scene is a life like others, in which nothing that the bakery does right is wrong; the search makes sure of that for
 * the seed that it finds, by running it once more without the mistake.
 */
export type Scene = (plan: Plan, draw: Chance) => Plan;

export type Put = { atMs: number } & (
  Life | (Omit<Extract<Happening, { do: 'fault' }>, 'id' | 'atMs'> & object)
);

export const seconds = 1_000;

/** The plan with more happenings, and with what else is to be another way. */
export const withMore = (plan: Plan, more: Put[], changes: Partial<Plan> = {}): Plan => {
  const changed = { ...plan, ...changes };
  const all = [...changed.happenings, ...(more as Happening[])]
    .filter(({ atMs }) => atMs < changed.lifeMs)
    .sort((a, b) => a.atMs - b.atMs);
  return { ...changed, happenings: all.map((happening, id) => ({ ...happening, id })) };
};

export const bakeriesOf = ({ accounts }: Plan): number[] =>
  accounts.flatMap(({ role }, index) => (role === 'bakery' ? [index] : []));
export const everyone = ({ accounts }: Plan): number[] => accounts.map((_, index) => index);

export const struck = (
  kind: FaultKind,
  account: number,
  atMs: number,
  more: { on?: string; ms?: number } = {},
): Put => ({
  atMs,
  do: 'fault',
  kind,
  account,
  times: 1_000,
  nth: 1,
  pick: 0,
  ms: more.ms ?? 0,
  ...(more.on === undefined ? {} : { on: more.on }),
});

export const pushed = (account: number, atMs: number, kind: Edit['kind'], pick = 0): Put => ({
  atMs,
  do: 'push',
  account,
  // As the plan's own are smaller, no other edit has it.
  edit: { kind, pick, fresh: 20_000 + Math.floor(atMs / 1_000) * 2 + (pick % 2) },
});

export const quick = ({ services }: Plan): Plan['services'] => ({
  ...services,
  longestBuildMs: 2 * minuteMs,
  imageReadyMs: 200,
  eventJitterMs: 0,
});
