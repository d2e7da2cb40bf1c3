import { dayMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import { planRetention } from '../../src/lib/lifecycle/retention';
import type { AmiFacts, ImageRetention, PastBake } from '../../src/lib/lifecycle/retention-facts';
import { bake, facts, free, image, judged, now, retired, verdictOf, web } from './retention-world';

const old = bake(100);
const ami = 'ami-b-900';
const iso = (atMs: number) => new Date(atMs).toISOString();

describe('use outside the ledger is told', () => {
  const usedBy = [{ account: '222222222222', what: 'ec2:Instance', count: 3 }];
  const report = (daysAgo: number, state: 'available' | 'pending', by: typeof usedBy = []) => ({
    amiId: ami,
    state,
    createdAtMs: now - daysAgo * dayMs,
    usedBy: by,
  });
  test.each<[string, Partial<AmiFacts>, string, string]>([
    ['one', { references: known(['i-1']) }, 'referred-to', `i-1 refers to ${ami}`],
    [
      'several',
      { references: known(['i-1', 'i-2', 'i-3']) },
      'referred-to',
      `i-1 and 2 more refers to ${ami}`,
    ],
    [
      'another account',
      { usage: known([report(0, 'available', usedBy)]) },
      'used-elsewhere',
      `account 222222222222 uses ${ami} in 3 × ec2:Instance`,
    ],
    [
      'another account, while the next report is made',
      { usage: known([report(0, 'pending'), report(3, 'available', usedBy)]) },
      'used-elsewhere',
      `account 222222222222 uses ${ami} in 3 × ec2:Instance`,
    ],
    [
      'a stranger',
      { sharedWith: known(['333333333333']) },
      'shared-by-hand',
      `${ami} is shared with 333333333333, which bakery.yml does not say`,
    ],
    [
      'a protection',
      { ami: known({ amiId: ami, state: 'available', protection: 'enabled-without-cooldown' }) },
      'protected',
      `${ami} is protected from being deregistered (enabled-without-cooldown)`,
    ],
  ])('%s', (_, change, code, why) => {
    expect(judged(old, {}, { [ami]: change })).toStrictEqual({ kept: { code, why } });
  });

  const two = (status: 'ready' | 'deprecated') => {
    const amis = { 'eu-west-1': 'ami-a', 'us-east-1': 'ami-b' };
    return status === 'ready' ? bake(100, { amis }) : retired(status, 8, { amis });
  };
  const fromIso = iso(now - 8 * dayMs + 4 * dayMs);
  test.each<[string, Partial<AmiFacts>, Partial<AmiFacts>, string, boolean]>([
    [
      'none, then one being made',
      {},
      { usage: known([report(0, 'pending')]) },
      'EC2 is making the usage report of ami-b',
      false,
    ],
    [
      'one being made, then none needed',
      { usage: known([report(0, 'pending')]) },
      {},
      'EC2 is making the usage report of ami-a',
      false,
    ],
    [
      'one being made, then one to be asked for',
      { usage: known([report(0, 'pending')]) },
      { usage: known([]) },
      `ami-b has no usage report from after ${fromIso}`,
      true,
    ],
    [
      'one to be asked for, then one being made',
      { usage: known([]) },
      { usage: known([report(0, 'pending')]) },
      `ami-a has no usage report from after ${fromIso}`,
      true,
    ],
  ])('of two regions: %s', (_, first, second, why, asks) => {
    expect(judged(two('deprecated'), {}, { 'ami-a': first, 'ami-b': second })).toStrictEqual({
      kept: { code: 'usage-not-known', why },
      ...(asks ? { asksUsage: true } : {}),
    });
  });
});

describe('what could not be read is told', () => {
  const no = unknown('Throttled');
  const blind = retired('deprecated', 8);
  test.each<[string, Partial<AmiFacts>]>([
    ['references', { references: no }],
    ['state', { ami: no }],
    ['launch permissions', { sharedWith: no }],
    ['usage reports', { usage: no }],
  ])('%s', (part, change) => {
    const amis = { [ami]: { ...free, ...change } };
    const plan = planRetention(facts([image([blind])], { amis }), new Map(), now);
    expect(plan.unread).toEqual([{ what: `${part} of ${ami} in eu-west-1`, why: 'Throttled' }]);
    expect(plan.verdicts.find(({ bake: one }) => one.id === blind.id)?.kept).toEqual({
      code: 'unread',
      why: `${part} of ${ami} in eu-west-1: Throttled`,
    });
  });

  test('whom the bakery gave permissions, and what was not read at all', () => {
    const granted = new Map([[blind.id, no]]);
    expect(verdictOf(facts([image([blind])], { granted }), blind).kept?.why).toBe(
      `what the bakery gave of ${ami} in eu-west-1: Throttled`,
    );
    for (const one of [old, blind, retired('disabled', 9)])
      expect(verdictOf({ ...facts([image([one])]), amis: new Map() }, one).kept).toEqual({
        code: 'unread',
        why: `references of ${ami} in eu-west-1: they were not read`,
      });
  });

  test('and holds what would take others from use, but not what brings them back', () => {
    const unsettled = (one: PastBake, id: string): PastBake => ({
      ...one,
      id,
      amis: { 'eu-west-1': `ami-${id}` },
      retirement: { sinceMs: now - dayMs, why: 'x' },
    });
    const going = unsettled(retired('disabled', 1), 'b-898');
    const coming = unsettled(bake(100), 'b-897');
    const amis = { [ami]: { ...free, references: no } };
    const world = facts([image([blind, going, coming])], { amis });
    expect(verdictOf(world, going).kept).toEqual({
      code: 'unread',
      why: `references of ${ami} in eu-west-1 could not be read, so nothing goes on`,
    });
    expect(verdictOf(world, coming).step?.kind).toBe('settle');
  });

  test('of a bake that EC2 does not have as it should: what goes waits, what comes back does not', () => {
    const retirement = { sinceMs: now - dayMs, why: 'x' };
    const amis = { [ami]: { references: no } };
    expect(judged(retired('disabled', 1, { retirement }), {}, amis)).toStrictEqual({
      kept: { code: 'unread', why: `references of ${ami} in eu-west-1: Throttled` },
    });
    expect(judged({ ...old, retirement }, {}, amis).step?.kind).toBe('settle');
  });
});

describe('an amount that looks wrong is told', () => {
  const many = (count: number, change: Partial<PastBake> = {}) =>
    Array.from({ length: count }, (_, index) => bake(100 + index, change));
  const over = (images: ImageRetention[], request = {}) =>
    planRetention(facts(images), new Map(), now, request).tooMany;

  test('of an image, by the bakes that it can use', () => {
    const gone = many(9, { status: 'deregistered' }).map((one, index) => ({ ...one, id: `b-gone-${index}` }));
    expect(over([image([...many(7), ...gone])])).toStrictEqual([
      { image: web, found: 7, most: 6, why: '7 of the 19 bakes of web/arm64 would go on at once' },
    ]);
  });

  test('of a run', () => {
    expect(over([image(many(3))], { most: 2 })).toStrictEqual([
      { found: 3, most: 2, why: '3 bakes would go on in one run' },
    ]);
  });

  test('of a run that nobody asked for, with the setting that says how many', () => {
    const world = facts([image(many(3))], { maxRetirementsPerRun: 2 });
    expect(planRetention(world, new Map(), now).tooMany).toStrictEqual([
      { found: 3, most: 2, why: '3 bakes would go on in one run', setting: 'maxRetirementsPerRun' },
    ]);
  });
});
