import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dayMs, hourMs, minuteMs } from '../../../src/lib/definitions/instant';
import { Clocks } from '../../../src/local/bakery/clocks';
import { accounts, deployments } from '../../../src/local/bakery/deployment';
import { schedules, tickEveryMs, type Schedule } from '../../../src/local/bakery/schedules';

type Functions = Record<string, { events?: { eventBridge?: { schedule?: string } }[] }>;
interface Service {
  custom: { functions: { bakery: Functions; consumer: Functions } };
  functions: [everywhere: Functions, byRole: string];
}

const service = parse(readFileSync(join(import.meta.dirname, '../../../serverless.yml'), 'utf8'), {
  merge: true,
  // CloudFormation's own, as !Sub: no schedule is written with one.
  logLevel: 'silent',
}) as Service;

const rates: Record<string, number> = { minute: minuteMs, hour: hourMs, day: dayMs };

function deployed(functions: Functions): Schedule[] {
  return Object.entries(functions).flatMap(([target, { events = [] }]) =>
    events.flatMap(({ eventBridge }) => {
      const expression = eventBridge?.schedule;
      if (expression === undefined) return [];
      const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
      if (unit === undefined) throw new Error(`${target}: what is ${expression}?`);
      return [{ target: target as Schedule['target'], everyMs: Number(count) * rates[unit]! }];
    }),
  );
}

const byTarget = (a: Schedule, b: Schedule) => a.target.localeCompare(b.target);

test.each(['bakery', 'consumer'] as const)('the schedules of a %s are those of serverless.yml', (role) => {
  const { functions, custom } = service;
  expect(functions[1]).toBe('${self:custom.functions.${self:custom.deployment.role}}');
  const made = [...deployed(functions[0]), ...deployed(custom.functions[role])];
  expect(schedules({ role }).sort(byTarget)).toEqual(made.sort(byTarget));
});

describe('the clocks of a local bakery', () => {
  const madeAtMs = Date.parse('2026-11-22T12:00:00Z');
  const all = deployments({ mirrors: [{ image: 'base-al2023', architecture: 'x86_64', channel: 'stable' }] });
  const clocksOf = (tick = tickEveryMs) => new Clocks(all, { madeAtMs, tickEveryMs: tick });
  const struck = (clocks: Clocks, afterMs: number) =>
    clocks.due(madeAtMs + afterMs).map(({ account, target }) => `${account} ${target}`);
  const { platform, shop, consumer } = accounts;

  test('do not strike when they are made', () => {
    const clocks = clocksOf();
    expect(struck(clocks, 0)).toEqual([]);
    expect(struck(clocks, 5 * minuteMs - 1)).toEqual([]);
    const ticks = [`${platform} tick`, `${shop} tick`, `${consumer} tick`];
    expect(struck(clocks, 5 * minuteMs)).toEqual(ticks);
    expect(struck(clocks, 5 * minuteMs)).toEqual([]);
  });

  test('strike as often as deployed ones in a day, and tick as often as they are told', () => {
    const clocks = clocksOf(30 * minuteMs);
    const counts = new Map<string, number>();
    for (let afterMs = 0; afterMs <= dayMs; afterMs += minuteMs)
      for (const strike of struck(clocks, afterMs)) counts.set(strike, (counts.get(strike) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      [`${platform} tick`]: 48,
      [`${platform} janitor`]: 24,
      [`${platform} retire`]: 1,
      [`${shop} tick`]: 48,
      [`${shop} janitor`]: 24,
      [`${shop} retire`]: 1,
      [`${consumer} tick`]: 48,
    });
  });

  test('strike once for all that was missed, and then when they would have', () => {
    const clocks = clocksOf();
    const janitors = (afterMs: number) => struck(clocks, afterMs).filter((it) => it === `${shop} janitor`);
    expect(janitors(8.5 * hourMs)).toEqual([`${shop} janitor`]);
    expect(janitors(8.6 * hourMs)).toEqual([]);
    expect(janitors(9 * hourMs - 1)).toEqual([]);
    expect(janitors(9 * hourMs)).toEqual([`${shop} janitor`]);
  });

  test('do not get later by being looked at late', () => {
    const clocks = clocksOf();
    const janitors = (afterMs: number) => struck(clocks, afterMs).filter((it) => it === `${shop} janitor`);
    expect(janitors(hourMs + 500)).toEqual([`${shop} janitor`]);
    expect(janitors(2 * hourMs)).toEqual([`${shop} janitor`]);
  });
});
