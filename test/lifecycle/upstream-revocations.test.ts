import type { Revocation } from '../../src/lib/lifecycle/revocation';
import { revocationId } from '../../src/lib/lifecycle/revocation';
import type { UpstreamRecord } from '../../src/lib/lifecycle/upstream-record';
import { followUpstreams } from '../../src/lib/lifecycle/upstream-revocations';
import { noon } from './bakes';

const image = '111111111111/platform/base/arm64';
const record = (revoked: string[], change: Partial<UpstreamRecord> = {}): UpstreamRecord => ({
  bakery: 'platform',
  account: '111111111111',
  image: 'base/arm64',
  channel: 'stable',
  version: 1,
  sequence: 1,
  bakeId: 'b-9',
  inputHash: '',
  commitId: '',
  amis: {},
  ancestry: [],
  publishedAtMs: noon,
  receivedAtMs: noon,
  revoked,
  ...change,
});
const told = (bakeId: string, change: Partial<Revocation> = {}): Revocation => ({
  version: 0,
  bakeId,
  image,
  by: 'bakery platform of account 111111111111',
  why: 'it gave no reason',
  atMs: noon + 5,
  origin: { kind: 'upstream', bakery: 'platform' },
  ...change,
});
const follow = (upstreams: UpstreamRecord[], ...known: Revocation[]) =>
  followUpstreams(upstreams, new Map(known.map((one) => [revocationId(one), one])), noon + 5);
const lifted = { by: 'bakery platform', why: 'it is not revoked any more', atMs: noon + 5 };

test('what an upstream names is revoked here, with its reason, once', () => {
  const upstreams = [
    record(['b-1', 'b-2'], { reasons: { 'b-2': 'openssl' } }),
    record(['b-1', 'b-2'], { channel: 'candidate' }),
  ];
  expect(follow(upstreams)).toEqual([told('b-1'), told('b-2', { why: 'openssl' })]);
  expect(follow(upstreams, told('b-1', { version: 1 }), told('b-2', { version: 1 }))).toEqual([]);
});

test('nobody speaks for the bakes of another account, or bakery', () => {
  const other = record(['b-1'], { account: '222222222222' });
  expect(follow([other], told('b-1', { version: 1 }))).toEqual([
    told('b-1', {
      image: '222222222222/platform/base/arm64',
      by: 'bakery platform of account 222222222222',
    }),
  ]);
});

describe('what is named no more', () => {
  const known = told('b-1', { version: 3, spreadAtMs: noon });

  test('was taken back', () => {
    expect(follow([record([])], known)).toEqual([{ ...known, lifted }]);
    expect(follow([record(['b-2'])], known)).toEqual([told('b-2'), { ...known, lifted }]);
  });

  test.each<[string, UpstreamRecord[], Revocation]>([
    ['while another channel names it', [record([]), record(['b-1'], { channel: 'candidate' })], known],
    ['where nothing is heard of its image', [record([], { image: 'web/arm64' })], known],
    ['where it was taken back already', [record([])], { ...known, lifted }],
    ['where a person revoked it', [record([])], { ...known, origin: { kind: 'person', commandId: 'c-1' } }],
  ])('is not, %s', (_, upstreams, of) => {
    expect(follow(upstreams, of)).toEqual([]);
  });

  test('may have made room for newer ones', () => {
    const id = (index: number) => `b-${String(index).padStart(3, '0')}`;
    const list = (from: number, length: number) => Array.from({ length }, (_, index) => id(from + index));
    const all = (...ids: string[]) => ids.map((bakeId) => told(bakeId, { version: 1 }));
    expect(follow([record(list(1, 200))], ...all(...list(0, 201)))).toEqual([]);
    expect(follow([record(list(1, 199))], ...all(...list(0, 200)))).toMatchObject([
      { bakeId: id(0), lifted },
    ]);
    const gap = [...list(0, 5), ...list(6, 195)];
    expect(follow([record(gap)], ...all(...list(0, 201)))).toMatchObject([{ bakeId: id(5), lifted }]);
  });
});

test('what was taken back and is named again is revoked again, and has to spread', () => {
  const known = told('b-1', { version: 4, spreadAtMs: noon, lifted });
  expect(follow([record(['b-1'], { reasons: { 'b-1': 'after all' } })], known)).toEqual([
    told('b-1', { version: 4, why: 'after all' }),
  ]);
});
