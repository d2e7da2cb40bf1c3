import type { Channel, Soaking } from '../../src/lib/lifecycle/channel';
import type { Pin } from '../../src/lib/lifecycle/pin';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { whyNotPromoted, type PromotionFacts } from '../../src/lib/lifecycle/promotion';
import { rollbackTarget, type RollbackFacts } from '../../src/lib/lifecycle/rollback';
import { arrived, keepsOut, lost, passOn } from '../../src/lib/lifecycle/soaking';
import { aBake, noon } from './bakes';

const web = 'web/x86_64' as const;
const bake = (id: string, status = 'ready') =>
  ({ id, image: web, status }) as RollbackFacts['history'][number];
const at = (id: string) => ({ ...toPublished(aBake({ id }), noon), sequence: noon, publishedAtMs: noon });
const channel = (id: string, change: Partial<Channel> = {}): Channel => ({
  current: at(id),
  announcedSequence: noon,
  lastSequence: noon,
  ...change,
});
const pin = (change: Partial<Pin> = {}): Pin => ({
  by: 'alice',
  why: 'bad',
  atMs: noon,
  until: 'commit',
  contentDigest: 'cc',
  commandId: 'c-0',
  ...change,
});
const facts = (change: Partial<RollbackFacts> = {}): RollbackFacts => ({
  image: web,
  channelName: 'stable',
  channel: channel('b-05'),
  isFirst: true,
  history: ['b-05', 'b-04', 'b-03', 'b-02'].map((id) => bake(id)),
  askedAtMs: noon + 1,
  ...change,
});

test.each<[string, Partial<RollbackFacts>, string]>([
  ['the last good one before', {}, 'b-04'],
  [
    'which need not be the last',
    { history: [bake('b-05'), bake('b-04', 'failed'), bake('b-03', 'revoked'), bake('b-02')] },
    'b-02',
  ],
  ['a deprecated one', { history: [bake('b-05'), bake('b-04', 'deprecated')] }, 'b-04'],
  ['never a newer one by itself', { channel: channel('b-03') }, 'b-02'],
  ['a named one', { to: 'b-02' }, 'b-02'],
  ['a named newer one', { channel: channel('b-03'), to: 'b-05' }, 'b-05'],
  [
    'of a further channel what it had',
    { isFirst: false, channel: channel('b-05', { past: ['b-03'] }) },
    'b-03',
  ],
  [
    'a named one after an earlier rollback',
    { channel: channel('b-03', { pin: pin({ from: 'b-05' }) }), to: 'b-02' },
    'b-02',
  ],
  ['where it is only pinned', { channel: channel('b-05', { pin: pin() }) }, 'b-04'],
])('a rollback goes to %s', (_, change, bakeId) => {
  expect(rollbackTarget(facts(change))).toEqual({ verdict: 'go', bakeId });
});

test.each<[string, Partial<RollbackFacts>, RegExp]>([
  ['what was never published', { channel: undefined }, /web\/x86_64@stable has never been published/],
  ['where there is none', { history: [bake('b-05')] }, /no good bake of web\/x86_64 before b-05$/],
  ['what the channel never had', { isFirst: false }, /before b-05 that stable has had/],
  ['to a bake of another image', { to: 'b-99' }, /web\/x86_64 has no bake b-99/],
  ['to a revoked one', { to: 'b-04', history: [bake('b-04', 'revoked')] }, /Bake b-04 was revoked/],
  ['to a failed one', { to: 'b-04', history: [bake('b-04', 'failed')] }, /is failed, not ready/],
  [
    'to one whose AMI is disabled',
    { to: 'b-04', history: [bake('b-04', 'disabled')] },
    /is disabled, not ready/,
  ],
  ['to where it is', { to: 'b-05' }, /has bake b-05 already/],
  [
    'of a channel that somebody rolled back',
    { channel: channel('b-04', { pin: pin({ from: 'b-05' }) }) },
    /alice rolled web\/x86_64@stable back from b-05/,
  ],
  [
    'asked before somebody else’s took effect',
    { channel: channel('b-04', { pin: pin({ from: 'b-05', atMs: noon + 9 }) }), to: 'b-02' },
    /alice rolled/,
  ],
])('is refused %s', (_, change, why) => {
  const target = rollbackTarget(facts(change));
  expect(target.verdict).toBe('refuse');
  expect(target.verdict === 'refuse' && target.why).toMatch(why);
});

test('a channel that moves is waited for', () => {
  const moving = {
    ...channel('b-04'),
    moving: { to: at('b-05') } as unknown as Channel['moving'],
  } as Channel;
  expect(rollbackTarget(facts({ channel: moving }))).toEqual({
    verdict: 'wait',
    why: 'web/x86_64@stable is moving to b-05',
  });
});

describe('soaking', () => {
  const soaking = (bakeId: string, change: Partial<Soaking> = {}): Soaking => ({
    bakeId,
    sinceMs: noon,
    contentDigest: 'cc',
    baseAmiId: 'ami-0base0base',
    ...change,
  });

  test('what leaves the channel before goes on, once', () => {
    const next = passOn(channel('b-01'), at('b-02'), at('b-03'), 'published')!;
    expect(next.soaking).toEqual([soaking('b-02')]);
    expect(passOn(next, at('b-02'), at('b-02'), 'amended')).toBeUndefined();
    expect(passOn(undefined, at('b-02'), at('b-03'), 'published')?.soaking).toEqual([soaking('b-02')]);
  });

  test.each<[string, Channel | undefined, string | undefined]>([
    ['the first bake', channel('b-01'), undefined],
    ['what the next channel has', channel('b-02'), 'b-02'],
    ['what it has newer', channel('b-04'), 'b-02'],
  ])('nothing is kept of %s', (_, next, left) => {
    expect(passOn(next, left === undefined ? undefined : at(left), at('b-03'), 'published')).toBeUndefined();
  });

  test('a rollback takes out what came after the bake in force now', () => {
    const next = channel('b-01', { soaking: [soaking('b-02'), soaking('b-03')] });
    expect(passOn(next, at('b-04'), at('b-02'), 'rolled-back')?.soaking).toEqual([soaking('b-02')]);
    expect(
      passOn(channel('b-01', { soaking: [soaking('b-03')] }), at('b-04'), at('b-02'), 'rolled-back'),
    ).not.toHaveProperty('soaking');
  });

  test('what is left because it was revoked does not go on, and what comes was passed on before', () => {
    const next = channel('b-01', { soaking: [soaking('b-03')] });
    expect(passOn(next, at('b-04'), at('b-02'), 'revoked')).toBeUndefined();
  });

  test.each<[string, 'reused' | 'adopted', string[] | undefined]>([
    ['a commit or the base is reverted, and the earlier bake is published again', 'reused', ['b-02']],
    ['a person adopts what is newer', 'adopted', undefined],
  ])('what a channel leaves where %s', (_, cause, kept) => {
    const next = channel('b-01', { soaking: [soaking('b-02'), soaking('b-03')] });
    const came = kept === undefined ? 'b-05' : 'b-02';
    const after = passOn(next, at('b-04'), at(came), cause)!;
    expect(after.soaking?.map(({ bakeId }) => bakeId)).toEqual(kept ?? ['b-02', 'b-03', 'b-04']);
  });

  test('of too many the oldest stay: they are through first', () => {
    const many = Array.from({ length: 30 }, (_, index) => soaking(`b-02-${String(index).padStart(2, '0')}`));
    const next = passOn(channel('b-01', { soaking: many }), at('b-03'), at('b-04'), 'published');
    expect(next?.soaking).toEqual([...many.slice(0, 29), soaking('b-03')]);
  });

  test('a channel that moved remembers where it was, and what is newer still soaks', () => {
    const moved = arrived(
      channel('b-03', { soaking: [soaking('b-02'), soaking('b-04')], past: ['b-00'] }),
      at('b-01'),
    );
    expect(moved).toMatchObject({ past: ['b-01', 'b-00'], soaking: [soaking('b-04')] });
    expect(arrived(channel('b-03', { past: ['b-00'] }), at('b-03')).past).toEqual(['b-00']);
  });

  test('what is gone soaks no longer, and is remembered until something newer comes', () => {
    const gone = (bakeId: string) => ({ bakeId, why: 'ami-1 is gone' });
    const next = lost(channel('b-01', { soaking: [soaking('b-02'), soaking('b-03')] }), gone('b-02'));
    expect(next).toMatchObject({ soaking: [soaking('b-03')], gone: [gone('b-02')] });
    expect(lost(channel('b-01', { soaking: [soaking('b-02')] }), gone('b-02')).soaking).toBeUndefined();
    const both = lost(next, gone('b-04'));
    expect(both.gone).toEqual([gone('b-02'), gone('b-04')]);
    expect(arrived({ ...both, current: at('b-03') }, at('b-01')).gone).toEqual([gone('b-04')]);
    expect(arrived({ ...both, current: at('b-05') }, at('b-01')).gone).toBeUndefined();
  });

  const later = 'b-7zzzzzzzzz0000000000000000';
  test.each<[string, Partial<Pin>, Soaking, boolean]>([
    ['was begun before', {}, soaking('b-00000000010000000000000000', { contentDigest: 'other' }), true],
    ['is of the same inputs', {}, soaking(later), true],
    ['is of other inputs', {}, soaking(later, { contentDigest: 'other' }), false],
    ['is on the same base', { until: 'base', baseAmiId: 'ami-0base0base' }, soaking(later), true],
    ['is on another base', { until: 'base', baseAmiId: 'ami-old' }, soaking(later), false],
    ['is on another base, until a commit', { baseAmiId: 'ami-old' }, soaking(later), true],
  ])('does a pin keep out what %s', (_, change, of, out) => {
    expect(keepsOut(pin(change), of)).toBe(out);
  });
});

describe('a person promotes', () => {
  const promotion = (change: Partial<PromotionFacts> = {}): PromotionFacts => ({
    image: web,
    channelName: 'stable',
    before: 'candidate',
    channel: channel('b-01'),
    bakeId: 'b-02',
    bake: { id: 'b-02', status: 'ready' },
    hasTests: false,
    ...change,
  });

  test('what the channel before has', () => {
    expect(whyNotPromoted(promotion())).toBeUndefined();
    expect(whyNotPromoted(promotion({ channel: undefined }))).toBeUndefined();
  });

  test.each<[string, Partial<PromotionFacts>, RegExp]>([
    ['to the first channel', { before: undefined }, /is the first channel/],
    ['nothing', { bakeId: undefined, bake: undefined }, /candidate of web\/x86_64 has never been published/],
    ['to a pinned channel', { channel: channel('b-01', { pin: pin() }) }, /is pinned by alice .*: bad/],
    ['what is there', { channel: channel('b-02') }, /has bake b-02 already/],
    ['what does not exist', { bake: undefined }, /web\/x86_64 has no bake b-02/],
    ['what was revoked', { bake: { id: 'b-02', status: 'revoked' } }, /was revoked/],
    ['what was retired', { bake: { id: 'b-02', status: 'deregistered' } }, /is deregistered, not ready/],
    ['what failed', { bake: { id: 'b-02', status: 'failed' } }, /is failed, not ready/],
    ['what was never tested', { hasTests: true }, /was never tested/],
    ['what is older', { channel: channel('b-03') }, /has bake b-03, which is newer than b-02/],
  ])('is refused %s', (_, change, why) => {
    expect(whyNotPromoted(promotion(change))?.why).toMatch(why);
  });
});
