import { dayMs, hourMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import { candidates, planRetention, wayBack, type WantedShares } from '../../src/lib/lifecycle/retention';
import type {
  AmiFacts,
  ImageRetention,
  PastBake,
  RetentionFacts,
  RetentionVerdict,
} from '../../src/lib/lifecycle/retention-facts';
import { bake, base, channel, facts, free, image, now, published, retired, web } from './retention-world';

const noShares = new Map();
const plan = (world: RetentionFacts, atMs = now, request = {}) =>
  planRetention(world, noShares, atMs, request);
const of = (verdicts: RetentionVerdict[], { id }: PastBake) => verdicts.find((it) => it.bake.id === id)!;
const outcome = ({ step, kept }: RetentionVerdict): string =>
  step === undefined
    ? (kept?.code ?? 'nothing')
    : step.kind === 'settle'
      ? 'settle'
      : `${step.to}: ${step.code}`;

/** What becomes of one bake in an otherwise ordinary image. */
function judged(one: PastBake, changes: Partial<ImageRetention> = {}, ami?: AmiFacts): string {
  const world = facts([image([one], changes)], {
    amis: ami === undefined ? {} : Object.fromEntries(Object.values(one.amis).map((id) => [id, ami])),
  });
  return outcome(of(plan(world).verdicts, one));
}

describe('stages', () => {
  test.each<[string, PastBake, string]>([
    ['an old one goes on', bake(100), 'deprecated: due'],
    ['a young one stays', bake(29), 'age'],
    ['deprecated for less than a week', retired('deprecated', 6.9), 'waits'],
    ['deprecated for a week', retired('deprecated', 7), 'disabled: due'],
    ['disabled for less than a week', retired('disabled', 6.9), 'waits'],
    ['disabled for a week', retired('disabled', 7), 'deregistered: due'],
    ['revoked', bake(100, { status: 'revoked' }), 'revoked'],
    ['adopted', bake(100, { adopted: true }), 'adopted'],
    [
      'EC2 does not have it yet',
      retired('disabled', 8, { retirement: { sinceMs: now - 8 * dayMs, why: 'old' } }),
      'settle',
    ],
    [
      'brought back, and EC2 does not have it yet',
      bake(100, { retirement: { sinceMs: now, why: 'pinned' } }),
      'settle',
    ],
    [
      'brought back for something that is gone again',
      bake(100, { retirement: { sinceMs: now - 1, why: 'pinned', settled: true } }),
      'deprecated: due',
    ],
    [
      'read once, less than a day ago',
      retired('disabled', 9, {
        retirement: {
          sinceMs: now - 9 * dayMs,
          readAtMs: now - 23 * hourMs,
          why: 'old',
          settled: true,
        },
      }),
      'waits',
    ],
  ])('%s', (_what, one, expected) => {
    expect(judged(one)).toBe(expected);
  });

  test('the way back leads through the stages', () => {
    expect(wayBack('disabled', 'ready')).toEqual(['deprecated', 'ready']);
    expect(wayBack('disabled', 'deprecated')).toEqual(['deprecated']);
    expect(wayBack('deprecated', 'ready')).toEqual(['ready']);
  });
});

describe('what bakery.yml keeps', () => {
  const old = bake(100);
  test.each<[string, Partial<ImageRetention>, string]>([
    ['nothing said', { retain: undefined }, 'no-rule'],
    ['an empty rule', { retain: {} }, 'no-rule'],
    ['not in bakery.yml any more', { retain: undefined, channels: [] }, 'no-rule'],
    ['by count alone', { retain: { count: 12 } }, 'deprecated: due'],
    ['by count alone, among them', { retain: { count: 13 } }, 'count'],
    ['by days alone', { retain: { days: 100 } }, 'deprecated: due'],
    ['by days alone, younger', { retain: { days: 101 } }, 'age'],
    ['by either', { retain: { count: 1, days: 101 } }, 'age'],
  ])('%s', (_what, changes, expected) => {
    expect(judged(old, changes)).toBe(expected);
  });

  test('of a further channel the newest that it had', () => {
    const [first, second] = [bake(100), bake(101)];
    const all = image([first, second], { channels: ['candidate', 'stable'], retain: { count: 2 } });
    const channels = {
      candidate: channel(all.bakes[0]),
      stable: channel(first, { past: [second.id, 'b-gone', 'b-1'] }),
    };
    const { verdicts } = plan(facts([{ ...all, record: { ...all.record, channels } }]));
    expect(outcome(of(verdicts, second))).toBe('count');
    expect(of(verdicts, second).kept?.why).toBe('it is among the newest 2 of stable');
  });

  test('paused, nothing goes on', () => {
    const paused = { by: 'alice', why: 'audit', atMs: now };
    expect(judged(bake(100), { paused })).toBe('paused');
    expect(judged(retired('disabled', 9), { paused })).toBe('paused');
  });
});

/** Everything in the ledger that holds on to a bake. */
const inLedger: [string, (one: PastBake) => Partial<ImageRetention> & { others?: ImageRetention[] }][] = [
  ['a channel', (one) => ({ record: record({ stable: channel(one) }) })],
  [
    'a channel that is moving to it',
    (one) => ({ record: record({ stable: channel(bake(1), { moving: { to: published(one) } as never }) }) }),
  ],
  [
    'a channel of a restored ledger that has its AMI',
    ({ amis }) => ({ record: record({ stable: channel({ ...bake(5), id: 'b-other', amis }) }) }),
  ],
  [
    'a channel that may get it still',
    ({ id }) => ({
      record: record({
        stable: channel(bake(1), { soaking: [{ bakeId: id, sinceMs: 0, contentDigest: 'd' }] }),
      }),
    }),
  ],
  ['a pin', ({ id }) => ({ record: record({ stable: channel(bake(1), { pin: { from: id } as never }) }) })],
  ['a window', (one) => ({ record: { ...record({}), ready: published(one) } })],
  [
    'a bake that runs on it',
    ({ amis }) => ({
      record: { ...record({}), live: { id: 'b-x', ancestry: [], baseAmiId: amis['eu-west-1'] } as never },
    }),
  ],
  [
    'a bake of another image that was built on it',
    ({ amis }) => ({
      others: [image([bake(3, { id: 'b-child', image: base, ancestors: [amis['eu-west-1']!] })])].map(
        (it) => ({ ...it, key: base }),
      ),
    }),
  ],
];
const record = (channels: Record<string, ReturnType<typeof channel>>) => ({
  ...image([]).record,
  channels,
});

describe.each(inLedger)('%s', (_what, hold) => {
  const judge = (one: PastBake) => {
    const { others = [], ...changes } = hold(one);
    const world = facts([image([one], changes), ...others]);
    return {
      verdict: of(plan(world).verdicts, one),
      asked: candidates(world, now).some(({ id }) => id === one.id),
    };
  };

  test('keeps a bake, and AWS is not asked of it', () => {
    const { verdict, asked } = judge(bake(100));
    expect([verdict.step, asked]).toEqual([undefined, false]);
    expect(verdict.kept?.why).toMatch(/@stable|window|built on it/);
  });

  test.each(['deprecated', 'disabled'] as BakeStatus[])('brings a %s one back', (status) => {
    expect(outcome(judge(retired(status, 30)).verdict)).toBe('ready: needed-again');
  });
});

test('what bakery.yml or a command names is kept', () => {
  const one = bake(100);
  const named = [{ id: one.amis['eu-west-1']!, why: 'bakery.yml names it as the base of app/arm64' }];
  expect(outcome(of(plan(facts([image([one])], { named })).verdicts, one))).toBe('named');
});

describe('what a descendant holds goes once that is gone', () => {
  test.each<[BakeStatus, string]>([
    ['ready', 'built-on'],
    ['disabled', 'built-on'],
    ['revoked', 'built-on'],
    ['deregistered', 'deprecated: due'],
  ])('%s', (status, expected) => {
    const one = bake(100);
    const child = bake(3, { id: 'b-child', ancestors: [one.amis['eu-west-1']!], status });
    const others = { ...image([child]), key: base } as ImageRetention;
    expect(outcome(of(plan(facts([image([one]), others])).verdicts, one))).toBe(expected);
  });
});

const used: [string, Partial<AmiFacts>, string][] = [
  [
    'an instance, a launch template, a parameter',
    { references: known(['arn:…:instance/i-1', 'arn:…:parameter/p']) },
    'referred-to',
  ],
  [
    'another account',
    {
      usage: known([
        {
          amiId: 'ami',
          state: 'available',
          createdAtMs: now,
          usedBy: [{ account: '222222222222', what: 'ec2:Instance', count: 3 }],
        },
      ]),
    },
    'used-elsewhere',
  ],
  [
    'deregistration protection',
    { ami: known({ amiId: 'ami', state: 'available', protection: 'enabled-without-cooldown' }) },
    'protected',
  ],
  ['somebody who shared it by hand', { sharedWith: known(['333333333333']) }, 'shared-by-hand'],
];

describe.each(used)('%s', (_what, change, code) => {
  test('keeps a bake', () => {
    expect(judged(bake(100), {}, { ...free, ...change })).toBe(code);
  });

  test.each(['deprecated', 'disabled'] as BakeStatus[])('brings a %s one back', (status) => {
    expect(judged(retired(status, 30), {}, { ...free, ...change })).toBe('ready: needed-again');
  });

  test('in one of two regions is enough', () => {
    const one = bake(100, { amis: { 'eu-west-1': 'ami-a', 'us-east-1': 'ami-b' } });
    const world = facts([image([one])], { amis: { 'ami-b': { ...free, ...change } } });
    expect(outcome(of(plan(world).verdicts, one))).toBe(code);
  });
});

test('what has begun to be deregistered is kept where it is as soon as something refers to it', () => {
  const one = retired('disabled', 30);
  const ending = { ...one, retirement: { ...one.retirement!, endingSinceMs: now - hourMs } };
  expect(judged(ending)).toBe('deregistered: due');
  expect(judged(ending, {}, { ...free, references: known(['arn:…:launch-template/lt-1']) })).toBe(
    'referred-to',
  );
});

test('whom the bakery shared it with is no stranger', () => {
  const one = bake(100);
  const share = (accounts: string[]) => ({ accounts, organizations: [], organizationalUnits: [] });
  const amis = { 'ami-b-900': { ...free, sharedWith: known(['222222222222', '333333333333']) } };
  const granted = new Map([[one.id, known(share(['222222222222']))]]);
  const world = facts([image([one])], { amis, granted });
  const wanted: WantedShares = new Map([[web, share(['333333333333'])]]);
  expect(outcome(of(planRetention(world, wanted, now).verdicts, one))).toBe('deprecated: due');
  expect(outcome(of(plan(world).verdicts, one))).toBe('shared-by-hand');
});

test('somebody who enables an AMI by hand gets it back', () => {
  const ami = { ...free, ami: known({ amiId: 'ami', state: 'available' as const }) };
  expect(judged(retired('disabled', 2), {}, ami)).toBe('deprecated: enabled-by-hand');
});

test('an AMI that is gone is no reason to wait', () => {
  const gone: AmiFacts = { ...free, ami: known(undefined), usage: unknown('not asked') };
  expect(judged(retired('disabled', 9), {}, gone)).toBe('deregistered: due');
});

describe('use in other accounts', () => {
  const reported = (daysAgo: number, state: 'available' | 'pending' | 'error'): Partial<AmiFacts> => ({
    usage: known([{ amiId: 'ami', state, createdAtMs: now - daysAgo * dayMs, usedBy: [] }]),
  });
  const asks = (one: PastBake, change: Partial<AmiFacts>) => {
    const ami = { ...free, ami: known({ amiId: 'ami', state: 'available' as const }), ...change };
    const world = facts([image([one])], { amis: { [one.amis['eu-west-1']!]: ami } });
    const verdict = of(plan(world).verdicts, one);
    return [outcome(verdict), verdict.asksUsage ?? false];
  };
  test.each<[string, number, Partial<AmiFacts>, string, boolean]>([
    ['is not asked for before four days', 3.9, { usage: known([]) }, 'waits', false],
    ['is asked for then', 4, { usage: known([]) }, 'waits', true],
    ['is not asked for twice', 5, reported(0, 'pending'), 'waits', false],
    ['is asked for again where EC2 made none', 5, reported(0, 'error'), 'waits', true],
    ['that is not known holds after a week', 7, { usage: known([]) }, 'usage-not-known', true],
    ['that is still being made holds as well', 7, reported(1, 'pending'), 'usage-not-known', false],
    ['of before does not count', 7, reported(3.1, 'available'), 'usage-not-known', true],
    ['counts from four days on', 7, reported(3, 'available'), 'disabled: due', false],
  ])('%s', (_what, daysInIt, change, expected, ask) => {
    expect(asks(retired('deprecated', daysInIt), change)).toEqual([expected, ask]);
  });

  test('of the newest report counts', () => {
    const usedBy = [{ account: '222222222222', what: 'ec2:Instance', count: 1 }];
    const old = { amiId: 'ami', state: 'available' as const, createdAtMs: now - 3 * dayMs, usedBy };
    const change = { usage: known([old, { ...old, createdAtMs: now, usedBy: [] }]) };
    expect(asks(retired('deprecated', 8), change)).toEqual(['disabled: due', false]);
  });
});

describe('what could not be read', () => {
  const unread = unknown('Throttled');
  test.each<[string, Partial<AmiFacts>]>([
    ['its references', { references: unread }],
    ['its state', { ami: unread }],
    ['its launch permissions', { sharedWith: unread }],
    ['its usage reports', { usage: unread }],
  ])('%s: nothing goes on, of other images neither; what is needed comes back', (_what, change) => {
    const [blind, due, needed] = [
      retired('deprecated', 8),
      retired('disabled', 9, { id: 'b-899', amis: { 'eu-west-1': 'ami-due' } }),
      retired('disabled', 9, { id: 'b-898', amis: { 'eu-west-1': 'ami-needed' } }),
    ];
    const world = facts([image([blind]), { ...image([due, needed]), key: base }], {
      amis: {
        [blind.amis['eu-west-1']!]: { ...free, ...change },
        'ami-needed': { ...free, references: known(['arn:…:instance/i-1']) },
      },
    });
    const { verdicts, unread: told } = plan(world);
    expect([blind, due, needed].map((one) => outcome(of(verdicts, one)))).toEqual([
      'unread',
      'unread',
      'ready: needed-again',
    ]);
    expect(told).toEqual([{ what: expect.stringContaining('ami-b-900 in eu-west-1'), why: 'Throttled' }]);
  });

  test('references that nobody has read are not none', () => {
    const one = bake(100);
    const world = { ...facts([image([one])]), amis: new Map() };
    expect(outcome(of(plan(world).verdicts, one))).toBe('unread');
  });

  test('whom the bakery gave permissions', () => {
    const one = bake(100);
    const world = facts([image([one])], { granted: new Map([[one.id, unread]]) });
    expect(outcome(of(plan(world).verdicts, one))).toBe('unread');
  });
});

describe('amounts that look wrong', () => {
  const old = (count: number) => Array.from({ length: count }, (_, index) => bake(100 + index));
  const over = (images: ImageRetention[], request = {}, limit = {}) =>
    plan(facts(images, limit), now, request).tooMany.map(({ image: of = 'all', found, most }) => [
      of,
      found,
      most,
    ]);

  test.each<[string, number, unknown[][]]>([
    ['a third of an image', 6, []],
    ['more than a third', 7, [[web, 7, 6]]],
  ])('%s', (_what, count, expected) => {
    expect(over([image(old(count))])).toEqual(expected);
  });

  test('a single bake is never too many', () => {
    const two = image([], { bakes: [bake(1), bake(100)], retain: { count: 1 } });
    expect(over([two])).toEqual([]);
    const three = image([], { bakes: [bake(1), bake(100), bake(101)], retain: { count: 1 } });
    expect(over([three])).toEqual([[web, 2, 1]]);
  });

  test('each stage counts for itself: a bake a week goes through all of them at once', () => {
    const weekly = image([], {
      bakes: [
        bake(1),
        bake(100),
        retired('deprecated', 7, { id: 'b-899', amis: {} }),
        retired('disabled', 7, { id: 'b-898', amis: {} }),
      ],
      retain: { count: 1 },
    });
    expect(over([weekly])).toEqual([]);
  });

  const many = Array.from({ length: 7 }, (_, index): ImageRetention => {
    const key = `web${index}/arm64` as const;
    const rename = (one: PastBake) => ({ ...one, id: `${one.id}-${index}`, image: key });
    const { bakes, ...rest } = image(old(3), { key });
    return { ...rest, bakes: bakes.map(rename) };
  });

  test('more than twenty in all, which a person may let go', () => {
    expect(over(many)).toEqual([['all', 21, 20]]);
    expect(over(many, { most: 21 })).toEqual([]);
    expect(over(many.slice(0, 6))).toEqual([]);
    expect(over([image(old(7))], { most: 7 })).toEqual([]);
    expect(over([image(old(7))], { most: 6 })).toEqual([['all', 7, 6]]);
    expect(over(many, { image: 'web3' })).toEqual([]);
  });

  // Seven images, three bakes each; a third of an image is six.
  test.each<[string, number, object, ImageRetention[], unknown[][]]>([
    ['as many as the settings let go', 21, {}, many, []],
    ['one more than they do', 2, {}, many.slice(0, 1), [['all', 3, 2]]],
    ['a person who says more than they do', 1, { most: 21 }, many, []],
    ['a person who says less than they do', 21, { most: 20 }, many, [['all', 21, 20]]],
    ['the third of an image is no matter of theirs', 10_000, {}, [image(old(7))], [[web, 7, 6]]],
    [
      'both amounts',
      5,
      {},
      [image(old(7))],
      [
        ['all', 7, 5],
        [web, 7, 6],
      ],
    ],
  ])('%s', (_what, maxRetirementsPerRun, request, images, expected) => {
    expect(over(images, request, { maxRetirementsPerRun })).toEqual(expected);
  });

  test('what comes back does not count', () => {
    const needed = old(12).map((one) => ({ ...retired('disabled', 9), id: one.id, amis: one.amis }));
    const amis = Object.fromEntries(
      needed.map(({ amis: its }) => [its['eu-west-1']!, { ...free, references: known(['i-1']) }]),
    );
    const { tooMany, verdicts } = plan(facts([image(needed)], { amis }));
    expect(tooMany).toEqual([]);
    expect(verdicts.filter((it) => outcome(it) === 'ready: needed-again')).toHaveLength(12);
  });
});
