import { hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { Chance } from '../../../src/local/aws/chance';
import type { Plan } from '../plan/plan';
import { gateScenes } from './gate-scenes';
import { nightScenes } from './night-scenes';
import { retentionScenes } from './retention-scenes';
import {
  bakeriesOf,
  everyone,
  pushed,
  quick,
  seconds,
  struck,
  withMore,
  type Put,
  type Scene,
} from './scene';

/** An image is changed, changed back later, and its first AMI may be gone by then. */
const changeAndRevert = (plan: Plan): Put[] =>
  bakeriesOf(plan).flatMap((account) => [
    pushed(account, 15 * minuteMs, 'content'),
    pushed(account, 55 * minuteMs, 'revert'),
  ]);

/** Two bakeries with one image each; the first one's is moved onto the other one's, which is built on it. */
function circle(plan: Plan): Plan {
  const [first, second] = plan.accounts;
  if (first === undefined || second === undefined || second.role !== 'bakery') return plan;
  const image = { ...first.catalog.images[0]!, base: { kind: 'ssm' as const, family: 0 } };
  delete image.schedule;
  const above = {
    kind: 'upstream' as const,
    bakery: first.bakery,
    image: image.name,
    channel: image.channel,
  };
  const theirs = { ...image, name: 'theirs-0', base: above };
  const accounts = [
    { ...first, follows: [1], catalog: { ...first.catalog, images: [{ ...image, share: [second.id] }] } },
    { ...second, follows: [0], catalog: { ...second.catalog, images: [{ ...theirs, share: [first.id] }] } },
  ];
  const rebase: Put = {
    ...pushed(0, 25 * minuteMs, 'rebase'),
    edit: { kind: 'rebase', pick: 0, fresh: 0 },
  } as Put;
  return withMore({ ...plan, happenings: [] }, [rebase], {
    accounts,
    services: quick(plan),
    lifeMs: 3 * hourMs,
  });
}

const revoked = (
  account: number,
  atMs: number,
  pick: number,
  command: 'revoke' | 'unrevoke' = 'revoke',
): Put => ({
  atMs,
  do: 'revoke',
  account,
  command,
  what: 'current',
  pick,
  times: 1,
  apartMs: 0,
});

/** Images are changed, and a while later what they have is found to be bad. */
const foundBad: Scene = (plan, draw) =>
  withMore(
    plan,
    bakeriesOf(plan).flatMap((account) => [
      ...[0, 1, 2].map((n) => pushed(account, (14 + n) * minuteMs, 'content', n)),
      revoked(account, 45 * minuteMs, draw.below(1_000)),
      revoked(account, 55 * minuteMs, draw.below(1_000)),
    ]),
    { services: quick(plan), lifeMs: Math.max(plan.lifeMs, 100 * minuteMs) },
  );

export const scenes: Record<string, Scene> = {
  'descendants-not-reached': foundBad,
  'revoked-reused': foundBad,
  'revoked-stays': foundBad,
  'revoked-in-use': foundBad,
  'revocation-not-followed': foundBad,
  // Something is always being built on what is found to be bad.
  'running-not-checked': (plan, draw) =>
    withMore(
      plan,
      bakeriesOf(plan).flatMap((account) =>
        [20, 35, 50, 65].flatMap((at) => [
          pushed(account, at * minuteMs, 'common', draw.below(1_000)),
          ...[0, 1].map((n) => pushed(account, at * minuteMs + n * seconds, 'content', draw.below(1_000))),
          revoked(account, at * minuteMs + (20 + draw.below(60)) * seconds, draw.below(1_000)),
        ]),
      ),
      { lifeMs: Math.max(plan.lifeMs, 100 * minuteMs) },
    ),
  'restored-in-name': (plan, draw) => {
    const bad = foundBad(plan, draw);
    return withMore(
      bad,
      bakeriesOf(plan).map((account) => revoked(account, 75 * minuteMs, draw.below(1_000), 'unrevoke')),
    );
  },
  'parameter-retries': (plan) =>
    withMore(plan, [
      ...everyone(plan).map((account) => struck('call-fails-after', account, 0, { on: 'SSM.PutParameter' })),
      ...changeAndRevert(plan),
    ]),
  // What was read stands for a long while: bakes are under way when EC2 stops answering.
  'error-is-empty': (plan, draw) =>
    withMore(
      plan,
      [
        ...everyone(plan).map((account) =>
          struck('call-throttled', account, (draw.below(2) === 0 ? 45 : 50 * 60) * seconds, {
            on: 'EC2.DescribeImages',
          }),
        ),
        ...changeAndRevert(plan),
      ],
      { lifeMs: Math.max(plan.lifeMs, 90 * minuteMs) },
    ),
  'not-before-by-end': (plan, draw) =>
    withMore(plan, [], {
      services: { ...plan.services, longestBuildMs: 25 * minuteMs },
      lifeMs: Math.max(plan.lifeMs, hourMs),
      accounts: plan.accounts.map((account) => {
        const images = account.catalog.images.map((image) => {
          const fires = new Date(plan.startMs + (3 + draw.below(12)) * minuteMs);
          const cron = `${fires.getUTCMinutes()} ${fires.getUTCHours()} * * *`;
          return { ...image, schedule: { cron, timezone: 'UTC' } };
        });
        return { ...account, catalog: { ...account.catalog, images } };
      }),
    }),
  'no-inventory': (plan) =>
    withMore(
      plan,
      everyone(plan).map((account) => struck('event-lost', account, 0, { on: 'upstream' })),
    ),
  'announced-unsent': (plan) =>
    withMore(
      plan,
      everyone(plan).map((account) => struck('call-fails-before', account, 0, { on: 'SNS.Publish' })),
    ),
  'foreign-overwritten': (plan, draw) =>
    withMore(
      plan,
      bakeriesOf(plan).flatMap((account) =>
        [12, 15, 18].map((at): Put => ({
          atMs: at * seconds,
          do: 'tamper',
          account,
          what: 'parameter-taken',
          pick: draw.below(1_000),
        })),
      ),
    ),
  'reuse-unchecked': (plan) =>
    withMore(
      plan,
      [
        ...changeAndRevert(plan),
        ...bakeriesOf(plan).flatMap((account) =>
          [0, 1, 2].map((pick): Put => ({
            atMs: 35 * minuteMs,
            do: 'tamper',
            account,
            what: 'ami-deregistered',
            pick,
          })),
        ),
      ],
      { services: quick(plan), lifeMs: Math.max(plan.lifeMs, 90 * minuteMs) },
    ),
  'adopted-unseen': (plan, draw) =>
    withMore(plan, [
      ...bakeriesOf(plan).map((account): Put => ({
        atMs: 1,
        do: 'wrong-template',
        account,
        names: draw.below(2) === 0 ? 'older' : 'foreign',
        times: 2,
      })),
      ...changeAndRevert(plan),
    ]),
  'trees-of-another-commit': (plan, draw) =>
    withMore(
      plan,
      bakeriesOf(plan).flatMap((account) => [
        struck('call-slow', account, 0, { ms: 4_000 }),
        ...Array.from({ length: 24 }, (_, n) =>
          pushed(
            account,
            (n % 3) * 10 * minuteMs + 2 * seconds + draw.below(40) * seconds,
            n % 2 === 0 ? 'content' : 'common',
            draw.below(1_000),
          ),
        ),
      ]),
    ),
  // What a refused result is made of lies about when EC2 stops answering.
  'janitor-blind': (plan) =>
    withMore(
      plan,
      bakeriesOf(plan).flatMap((account): Put[] => [
        { atMs: 1, do: 'wrong-template', account, names: 'foreign', times: 3 },
        struck('call-throttled', account, 40 * minuteMs, { on: 'EC2.DescribeImages' }),
      ]),
      { services: quick(plan), lifeMs: 3 * hourMs },
    ),
  'ancestors-unconditional': (plan, draw) =>
    withMore(
      plan,
      everyone(plan).flatMap((account) => [
        struck('call-slow', account, 0, { ms: 4_000 }),
        ...Array.from({ length: plan.accounts[account]!.role === 'bakery' ? 8 : 0 }, () =>
          pushed(
            account,
            draw.below(hourMs),
            draw.below(2) === 0 ? 'content' : 'variable',
            draw.below(1_000),
          ),
        ),
      ]),
      { services: quick(plan) },
    ),
  'cycle-without-brake': circle,
  ...gateScenes,
  ...nightScenes,
  ...retentionScenes,
};

/** A search's plans; others stay as they are. */
export const inScene = (plan: Plan, scene: string | undefined): Plan =>
  scene === undefined ? plan : (scenes[scene]?.(plan, new Chance(plan.seed * 3_266_489_917)) ?? plan);
