import { codes } from '../../src/lib/preflight/codes';
import { accounts } from '../support/memory-bakery';
import { HealthyWorld } from './healthy-world';
import { planted } from './planted';

let world: HealthyWorld;
beforeEach(async () => {
  world = await HealthyWorld.make();
});
afterEach(() => world.made.close());

test('nothing is wrong with a healthy account, and everything could be checked', async () => {
  for (const account of Object.values(accounts)) {
    const { findings, unchecked, deployed } = await world.diagnose(account);
    expect({ account, findings, unchecked, deployed }).toEqual({
      account,
      findings: [],
      unchecked: [],
      deployed: true,
    });
  }
});

test.each(planted)('$code: $what', async ({ code, plant, account, found, cure }) => {
  await plant(world);
  const { findings, unchecked } = await world.diagnose(account);
  expect([...new Set(findings.map((it) => it.code))]).toEqual([code]);
  expect(unchecked).toEqual([]);
  expect(findings.map((it) => it.found).join('\n')).toContain(found);
  expect(findings.flatMap((it) => it.cures.map(({ text }) => text)).join('\n')).toContain(cure);
  expect(findings.every(({ severity }) => severity === codes[code].severity)).toBe(true);
});

test('every code is planted but the one that the local SNS cannot bring about', () => {
  const tried = new Set<string>(planted.map(({ code }) => code));
  expect(Object.keys(codes).filter((code) => !tried.has(code))).toEqual(['UPSTREAM_SUBSCRIPTION_PENDING']);
});
