import type { Channel, Soaking } from '../../src/lib/lifecycle/channel';
import type { Pin } from '../../src/lib/lifecycle/pin';
import { arrived, keepsOut, lost, passOn, soakingOf } from '../../src/lib/lifecycle/soaking';
import { noon } from './bakes';
import { at, channel, pin } from './channels';

const soaking = (bakeId: string, change: Partial<Soaking> = {}): Soaking => ({
  bakeId,
  sinceMs: noon,
  contentDigest: 'cc',
  baseAmiId: 'ami-0base0base',
  ...change,
});

const ids = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => `b-${String(from - index).padStart(2, '0')}`);

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

test.each<[string, 'reused' | 'adopted', string[] | undefined]>([
  ['a commit or the base is reverted, and the earlier bake is published again', 'reused', ['b-02']],
  ['a person adopts what is newer', 'adopted', undefined],
])('what a channel leaves where %s', (_, cause, kept) => {
  const next = channel('b-01', { soaking: [soaking('b-02'), soaking('b-03')] });
  const came = kept === undefined ? 'b-05' : 'b-02';
  const after = passOn(next, at('b-04'), at(came), cause)!;
  expect(after.soaking?.map(({ bakeId }) => bakeId)).toEqual(kept ?? ['b-02', 'b-03', 'b-04']);
});

test('what is left because it was revoked does not go on, and what comes was passed on before', () => {
  const next = channel('b-01', { soaking: [soaking('b-03')] });
  expect(passOn(next, at('b-04'), at('b-02'), 'revoked')).toBeUndefined();
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

test('what is gone soaks no longer, and is remembered once, until something newer comes', () => {
  const gone = (bakeId: string) => ({ bakeId, why: 'ami-1 is gone' });
  const next = lost(channel('b-01', { soaking: [soaking('b-02'), soaking('b-03')] }), gone('b-02'));
  expect(next).toMatchObject({ soaking: [soaking('b-03')], gone: [gone('b-02')] });
  expect(lost(channel('b-01', { soaking: [soaking('b-02')] }), gone('b-02')).soaking).toBeUndefined();
  const both = lost(next, gone('b-04'));
  expect(both.gone).toEqual([gone('b-02'), gone('b-04')]);
  expect(arrived({ ...both, current: at('b-03') }, at('b-01')).gone).toEqual([gone('b-04')]);
  expect(arrived({ ...both, current: at('b-05') }, at('b-01')).gone).toBeUndefined();
  const many = ids(40, 31).map(gone);
  expect(lost(channel('b-01', { gone: many }), gone('b-02'))).toStrictEqual(
    channel('b-01', { gone: [...many.slice(1), gone('b-02')] }),
  );
  const again = { bakeId: 'b-02', why: 'ami-2 is gone' };
  expect(lost(both, again).gone).toEqual([gone('b-04'), again]);
});

const begun = 'b-01arz3ndektsv4rrffq69g5fav';
const begunMs = 1_469_922_850_259;
const later = 'b-7zzzzzzzzz0000000000000000';
test.each<[string, Partial<Pin>, Soaking, boolean]>([
  ['was begun before', {}, soaking('b-00000000010000000000000000', { contentDigest: 'other' }), true],
  ['is of the same inputs', {}, soaking(later), true],
  ['is of other inputs', {}, soaking(later, { contentDigest: 'other' }), false],
  ['is on the same base', { until: 'base', baseAmiId: 'ami-0base0base' }, soaking(later), true],
  ['is on another base', { until: 'base', baseAmiId: 'ami-old' }, soaking(later), false],
  ['is on another base, until a commit', { baseAmiId: 'ami-old' }, soaking(later), true],
  [
    'has no base, until base',
    { until: 'base', baseAmiId: 'ami-old' },
    { bakeId: later, sinceMs: noon, contentDigest: 'cc' },
    true,
  ],
  ['was begun an instant before', { atMs: begunMs + 1 }, soaking(begun, { contentDigest: 'other' }), true],
  ['was begun at that instant', { atMs: begunMs }, soaking(begun, { contentDigest: 'other' }), false],
  ['has an id that tells no time', {}, soaking('b-99', { contentDigest: 'other' }), true],
])('does a pin keep out what %s', (_, change, of, out) => {
  expect(keepsOut(pin(change), of)).toBe(out);
});

test('what is remembered of a bake: since when, what it is made of, whether it was tested', () => {
  const { publishedAtMs: _none, baseAmiId: _own, ...plain } = { ...at('b-02'), bakedAtMs: noon - 5 };
  expect(soakingOf({ ...at('b-02'), bakedAtMs: noon - 5 })).toStrictEqual(soaking('b-02'));
  expect(soakingOf({ ...plain, tests: { objectId: 'tree', checks: 3 } })).toStrictEqual({
    bakeId: 'b-02',
    sinceMs: noon - 5,
    contentDigest: 'cc',
    tested: true,
  });
});

test('a channel that has nothing yet remembers what left the one before it', () => {
  const next: Channel = { announcedSequence: 0, lastSequence: 0 };
  expect(passOn(next, at('b-02'), at('b-03'), 'published')).toStrictEqual({
    ...next,
    soaking: [soaking('b-02')],
  });
});

test('other sharing does not begin the soak anew: the bake is remembered as of when it came', () => {
  expect(passOn(channel('b-01'), at('b-02'), at('b-02'), 'amended')?.soaking).toEqual([soaking('b-02')]);
});

test('a rollback to a newer bake takes out what is newer still, and objects to what it leaves', () => {
  const next = channel('b-01', { soaking: [soaking('b-03'), soaking('b-05')] });
  expect(passOn(next, at('b-02'), at('b-04'), 'rolled-back')?.soaking).toEqual([soaking('b-03')]);
});

test('a rollback that objects to nothing here changes nothing', () => {
  const next = channel('b-01', { soaking: [soaking('b-02')] });
  expect(passOn(next, at('b-04'), at('b-02'), 'rolled-back')).toBeUndefined();
  expect(passOn(next, at('b-04'), at('b-03'), 'rolled-back')).toBeUndefined();
  expect(passOn(undefined, at('b-04'), at('b-03'), 'rolled-back')).toBeUndefined();
});

test.each<[string, Partial<Channel>, string | undefined, Partial<Channel>]>([
  ['its first bake: nothing', {}, undefined, {}],
  ['another bake: the one that left', {}, 'b-40', { past: ['b-40'] }],
  [
    'one it has had before, once',
    { past: ['b-40', 'b-30', 'b-20'] },
    'b-30',
    { past: ['b-30', 'b-40', 'b-20'] },
  ],
  ['no more than ten', { past: ids(40, 31) }, 'b-41', { past: ids(41, 32) }],
  ['the same bake again: nothing new', { past: ['b-40'] }, 'b-50', { past: ['b-40'] }],
  [
    'what is newer still soaks, and nothing else',
    { soaking: [soaking('b-40'), soaking('b-50'), soaking('b-60')] },
    undefined,
    { soaking: [soaking('b-60')] },
  ],
  ['what is not newer does not', { soaking: [soaking('b-40'), soaking('b-50')] }, undefined, {}],
])('a channel that moved to b-50 remembers of %s', (_, before, left, after) => {
  expect(arrived(channel('b-50', before), left === undefined ? undefined : at(left))).toStrictEqual(
    channel('b-50', after),
  );
});
