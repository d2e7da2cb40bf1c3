import type { BakeStatus } from '../../src/lib/lifecycle/bake';
import { isOtherwise, judgeMarks, type Markable } from '../../src/lib/lifecycle/marking';
import {
  inForce,
  type Revocation,
  type RevokedBake,
  type RevokedMark,
} from '../../src/lib/lifecycle/revocation';
import { noon } from './bakes';

const base = '111111111111/platform/base/arm64';
const web = '111111111111/platform/web/arm64';
const maker = '111111111111/platform';
const revocation = (bakeId: string, change: Partial<Revocation> = {}): Revocation => ({
  version: 1,
  bakeId,
  image: base,
  by: 'alice',
  why: 'openssl',
  atMs: noon,
  origin: { kind: 'person', commandId: 'c-1' },
  ...change,
});
const markOf = (bakeId: string, change: Partial<RevokedMark> = {}): RevokedMark => ({
  of: `${maker}#${bakeId}`,
  by: 'alice',
  why: 'openssl',
  atMs: noon,
  amis: [],
  ...change,
});
/** web, built on a bake of base. */
const bake = (id: string, on: string, status: BakeStatus = 'ready', revoked?: RevokedMark): Markable => ({
  id,
  status,
  ancestry: [{ amiId: `ami-${on}`, image: base, bakeId: on }],
  inputHash: `hash-${id}`,
  notBefore: noon,
  ...(revoked === undefined ? {} : { revoked }),
});
const remembered = (bakeId: string, of: string): RevokedBake => ({
  bakeId,
  of: `${maker}#${of}`,
  inputHash: `hash-${bakeId}`,
  notBefore: noon,
});
const judge = (history: Markable[], ...all: Revocation[]) => {
  const { mark, kept, restore, revoked } = judgeMarks(web, history, inForce(all));
  return {
    mark: mark.map((one) => [one.bake.id, one.revocation.bakeId]),
    kept: kept.map(({ id }) => id),
    restore: restore.map(({ id }) => id),
    revoked,
  };
};

test.each<[BakeStatus, 'marked' | 'remembered' | 'left']>([
  ['ready', 'marked'],
  ['deprecated', 'marked'],
  ['disabled', 'marked'],
  ['deregistered', 'remembered'],
  ['failed', 'left'],
  ['rejected', 'left'],
  ['abandoned', 'left'],
  ['timed-out', 'left'],
])('a bake that is reached and %s is %s', (status, what) => {
  expect(judge([bake('w-1', 'b-1', status)], revocation('b-1'))).toEqual({
    mark: what === 'marked' ? [['w-1', 'b-1']] : [],
    kept: [],
    restore: [],
    revoked: what === 'left' ? [] : [remembered('w-1', 'b-1')],
  });
});

test('what is marked stays so, whichever of the revocations in force it names', () => {
  const history = [bake('w-1', 'b-1', 'revoked', markOf('b-9')), bake('w-2', 'b-2')];
  expect(judge(history, revocation('b-1'), revocation('b-9'))).toEqual({
    mark: [],
    kept: ['w-1'],
    restore: [],
    revoked: [remembered('w-1', 'b-1')],
  });
});

test('what was taken back gives way to what still reaches it', () => {
  const history = [bake('w-1', 'b-1', 'revoked', markOf('b-9'))];
  expect(judge(history, revocation('b-1'))).toMatchObject({ mark: [['w-1', 'b-1']], kept: [] });
});

test('what nothing reaches any more is restored, and nothing else', () => {
  const history = [bake('w-2', 'b-2'), bake('w-1', 'b-1', 'revoked', markOf('b-1'))];
  expect(judge(history)).toEqual({ mark: [], kept: [], restore: ['w-1'], revoked: [] });
});

test('oldest first, in whatever order history is', () => {
  const history = ['w-2', 'w-3', 'w-1'].map((id) => bake(id, 'b-1'));
  expect(judge(history, revocation('b-1')).mark.map(([id]) => id)).toEqual(['w-1', 'w-2', 'w-3']);
});

test('oldest first, and of very many the latest', () => {
  const id = (index: number) => `w-${String(index).padStart(3, '0')}`;
  const many = Array.from({ length: 205 }, (_, index) => bake(id(index), 'b-1')).reverse();
  const { mark, revoked } = judge(many, revocation('b-1'));
  expect(mark).toHaveLength(205);
  expect(revoked).toHaveLength(200);
  expect([revoked[0]?.bakeId, revoked.at(-1)?.bakeId]).toEqual(['w-005', 'w-204']);
});

test.each<[string, RevokedBake[] | undefined, RevokedBake[], boolean]>([
  ['nothing', undefined, [], false],
  ['the same', [remembered('w-1', 'b-1')], [remembered('w-1', 'b-1')], false],
  ['one more', [remembered('w-1', 'b-1')], [remembered('w-1', 'b-1'), remembered('w-2', 'b-1')], true],
  ['one less', [remembered('w-1', 'b-1')], [], true],
  ['another one', [remembered('w-1', 'b-1')], [remembered('w-2', 'b-1')], true],
  ['another reason', [remembered('w-1', 'b-1')], [remembered('w-1', 'b-2')], true],
])('%s is otherwise, or not', (_, before, now, expected) => {
  expect(isOtherwise(before, now)).toBe(expected);
});
