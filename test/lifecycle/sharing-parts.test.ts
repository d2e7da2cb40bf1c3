import type { Share } from '../../src/lib/definitions/catalog';
import type { PermissionChange } from '../../src/lib/lifecycle/sharing';
import { covers, isEmptyChange, isEmptyShare, union } from '../../src/lib/lifecycle/sharing';

const nobody: Share = { accounts: [], organizations: [], organizationalUnits: [] };
const one: Share = { ...nobody, accounts: ['1'] };
const snapshots = true;

describe('what was given to some and to others', () => {
  it('is given to all of them, each once, sorted', () => {
    expect(
      union({ ...nobody, accounts: ['3', '1'] }, { ...nobody, accounts: ['2', '1'], organizations: ['o'] }),
    ).toEqual({
      accounts: ['1', '2', '3'],
      organizations: ['o'],
      organizationalUnits: [],
    });
  });

  it('is given to the others where nobody is told of', () => {
    const all: Share = { accounts: ['1'], organizations: ['o'], organizationalUnits: ['ou'] };
    expect(union(undefined, all)).toStrictEqual(all);
    expect(union(all, undefined)).toStrictEqual(all);
    expect(union()).toStrictEqual(nobody);
  });

  it.each([
    [one, one, undefined],
    [{ ...one, snapshots }, one, true],
    [one, { ...one, snapshots }, true],
    [{ ...one, snapshots }, { ...one, snapshots }, true],
  ] as [Share, Share, true | undefined][])('snapshots with either: %j, %j', (a, b, expected) => {
    const both = union(a, b);
    expect(both.snapshots).toBe(expected);
    expect('snapshots' in both).toBe(expected === true);
  });
});

it.each<[string, Share | undefined, Share, boolean]>([
  ['nothing covers nobody', undefined, nobody, true],
  ['nothing covers nothing more', undefined, one, false],
  ['itself', one, one, true],
  ['a part', { ...one, organizationalUnits: ['ou'] }, one, true],
  ['not more', one, { ...one, organizationalUnits: ['ou'] }, false],
  ['not another', one, { ...nobody, accounts: ['2'] }, false],
  ['not snapshots as well', one, { ...one, snapshots }, false],
  ['snapshots, where they were given', { ...one, snapshots }, { ...one, snapshots }, true],
])('%s', (_, whole, part, expected) => {
  expect(covers(whole, part)).toBe(expected);
});

it.each<[Partial<Share>, boolean]>([
  [{}, true],
  [{ accounts: ['1'] }, false],
  [{ organizations: ['o'] }, false],
  [{ organizationalUnits: ['ou'] }, false],
])('%j is nobody: %p', (change, expected) => {
  expect(isEmptyShare({ ...nobody, ...change })).toBe(expected);
});

it.each<[object, object, boolean]>([
  [{}, {}, true],
  [{ accounts: ['1'] }, {}, false],
  [{}, { organizationArns: ['o'] }, false],
])('adding %j and removing %j is no change: %p', (add, remove, expected) => {
  const none = { accounts: [], organizationArns: [], organizationalUnitArns: [] };
  const change = { add: { ...none, ...add }, remove: { ...none, ...remove } } as unknown as PermissionChange;
  expect(isEmptyChange(change)).toBe(expected);
});
