import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { groups, type SimImage } from '../plan/catalog';
import type { Life, Plan } from '../plan/plan';
import { bakeriesOf, pushed, quick, withMore, type Put, type Scene } from './scene';

/** How many images of a bakery people turn to. */
const some = [0, 1, 2, 3];

/** The same for every image, and nothing that the plan has put between a bake and its channels besides. */
function everyImage(plan: Plan, gates: Partial<SimImage>): Plan['accounts'] {
  const firstOf = (bakery: string, image: string): string | undefined =>
    plan.accounts
      .find((account) => account.bakery === bakery)
      ?.catalog.images.find(({ name }) => name === image)?.channel;
  return plan.accounts.map((account) => {
    const images = account.catalog.images.map((image): SimImage => {
      const { test: _t, approval: _a, window: _w, promote: _p, further: _f, schedule: _s, ...rest } = image;
      const { base } = rest;
      if (base.kind === 'image') return { ...rest, base: { kind: 'image', name: base.name }, ...gates };
      if (base.kind !== 'upstream') return { ...rest, ...gates };
      const channel = firstOf(base.bakery, base.image) ?? base.channel;
      return { ...rest, base: { ...base, channel }, ...gates };
    });
    return { ...account, catalog: { ...account.catalog, images } };
  });
}

const hours = (plan: Plan, least: number): Partial<Plan> => ({
  services: quick(plan),
  lifeMs: Math.max(plan.lifeMs, least * hourMs),
});

/** Nobody changes anything but who is told to. */
const undisturbed = (plan: Plan): Plan => ({
  ...plan,
  happenings: plan.happenings.filter(({ do: what }) => what === 'fault'),
});

const steered = (
  account: number,
  atMs: number,
  command: Extract<Life, { do: 'steer' }>['command'],
  pick: number,
): Put => ({
  atMs,
  do: 'steer',
  account,
  command,
  pick,
  channel: 0,
  until: 'commit',
  named: false,
  times: 1,
  apartMs: 0,
});

const byEach = (plan: Plan, put: (account: number, pick: number) => Put): Put[] =>
  bakeriesOf(plan).flatMap((account) => some.map((pick) => put(account, pick)));

/** An image is baked, asks for something more, is changed, and changed back to what asks for more. */
const asksForMore = (plan: Plan, kind: 'test' | 'approval'): Put[] =>
  bakeriesOf(plan).flatMap((account) => [
    ...some.map((pick) => pushed(account, 20 * minuteMs + (1 + pick) * 1_000, kind, pick)),
    ...some.map((pick) => pushed(account, 30 * minuteMs + pick * 1_000, 'content', pick)),
    pushed(account, hourMs, 'revert', some.length),
  ]);

/** One of each group, who looks every few minutes. */
const approvers = (
  plan: Plan,
  habit: Extract<Life, { do: 'approver' }>['habit'],
  everyMs = 3 * minuteMs,
): Put[] =>
  bakeriesOf(plan).flatMap((account) =>
    groups.map((group): Put => ({
      atMs: 0,
      do: 'approver',
      account,
      group,
      everyMs,
      habit,
    })),
  );

export const gateScenes: Record<string, Scene> = {
  'tests-not-compared': (plan) =>
    withMore(undisturbed(plan), asksForMore(plan, 'test'), {
      ...hours(plan, 2),
      accounts: everyImage(plan, {}),
    }),
  'approval-skipped-at-reuse': (plan) =>
    withMore(undisturbed(plan), [...asksForMore(plan, 'approval'), ...approvers(plan, 'approves')], {
      ...hours(plan, 2),
      accounts: everyImage(plan, {}),
    }),
  'second-word-counts': (plan) =>
    withMore(plan, approvers(plan, 'with-another'), {
      ...hours(plan, 1),
      accounts: everyImage(plan, { approval: { by: 'leads', expiresMinutes: 180 } }),
    }),
  // Who decides looks less often than a bake may wait, and the clock of the bakery less often still.
  'late-word-counts': (plan) =>
    withMore(undisturbed(plan), approvers(plan, 'approves', 23 * minuteMs), {
      ...hours(plan, 3),
      tickEveryMs: 40 * minuteMs,
      accounts: everyImage(plan, { approval: { by: 'leads', expiresMinutes: 15 } }),
    }),
  // New bakes come more often than one soaks.
  'soak-restarted': (plan) =>
    withMore(
      undisturbed(plan),
      [20, 50, 80, 110].flatMap((minute) =>
        byEach(plan, (account, pick) => pushed(account, minute * minuteMs + pick * 1_000, 'content', pick)),
      ),
      {
        ...hours(plan, 2),
        accounts: everyImage(plan, {
          further: ['released'],
          promote: { soakMinutes: 90, after: 'tests' },
        }),
      },
    ),
  // What soaks was never tested, and tests come before its soak is over.
  'untested-promoted': (plan) =>
    withMore(
      undisturbed(plan),
      byEach(plan, (account, pick) => pushed(account, 20 * minuteMs + (1 + 2 * pick) * 1_000, 'test', pick)),
      {
        ...hours(plan, 2),
        accounts: everyImage(plan, { further: ['released'], promote: { soakMinutes: 45, after: 'tests' } }),
      },
    ),
  'pin-ignored': (plan) =>
    withMore(
      undisturbed(plan),
      [
        ...byEach(plan, (account, pick) => steered(account, 25 * minuteMs, 'pin', pick)),
        ...[0, 1, 2].map((family): Put => ({
          atMs: 40 * minuteMs,
          do: 'vendor-ami',
          family,
          architecture: 'x86_64',
          both: true,
        })),
      ],
      { ...hours(plan, 1.5), accounts: everyImage(plan, {}) },
    ),
  'rollback-unpinned': (plan) =>
    withMore(
      plan,
      [
        ...byEach(plan, (account, pick) => pushed(account, 20 * minuteMs + pick * 1_000, 'content', pick)),
        ...byEach(plan, (account, pick) => steered(account, 45 * minuteMs, 'rollback', pick)),
      ],
      { ...hours(plan, 1.5), accounts: everyImage(plan, {}) },
    ),
  // A bake soaks when its channel is rolled back from it; a later commit lets the channel go on.
  'soaking-list-not-cut': (plan) =>
    withMore(
      undisturbed(plan),
      [
        ...byEach(plan, (account, pick) => pushed(account, 20 * minuteMs + pick * 1_000, 'content', pick)),
        ...byEach(plan, (account, pick) => pushed(account, 30 * minuteMs + pick * 1_000, 'variable', pick)),
        ...byEach(plan, (account, pick) => steered(account, 45 * minuteMs, 'rollback', pick)),
      ],
      {
        ...hours(plan, 3),
        accounts: everyImage(plan, { further: ['released'], promote: { soakMinutes: 60, after: 'tests' } }),
      },
    ),
};
