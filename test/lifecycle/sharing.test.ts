import * as fc from 'fast-check';
import type { Share } from '../../src/lib/definitions/catalog';
import type { LaunchPermissions } from '../../src/lib/lifecycle/observation';
import {
  covers,
  isEmptyChange,
  permissionChange,
  snapshotChange,
  union,
} from '../../src/lib/lifecycle/sharing';

const accounts = (...ids: string[]): Share => ({ accounts: ids, organizations: [], organizationalUnits: [] });
const given = (...ids: string[]): LaunchPermissions => ({
  accounts: ids,
  organizationArns: [],
  organizationalUnitArns: [],
});

test.each([
  ['grows', accounts('a', 'b'), given('a'), accounts('a'), ['b'], [], []],
  ['shrinks', accounts('a'), given('a', 'b'), accounts('a', 'b'), [], ['b'], []],
  ['what somebody gave by hand stays', accounts('a'), given('a', 'x'), accounts('a'), [], [], ['x']],
  [
    'what was given by hand and asked for later is ours',
    accounts('x'),
    given('x'),
    accounts('x'),
    [],
    [],
    [],
  ],
  ['what somebody took is given again', accounts('a', 'b'), given('a'), accounts('a', 'b'), ['b'], [], []],
  ['what nobody has any more needs no taking', accounts(), given(), accounts('a'), [], [], []],
])('%s', (_what, wanted, there, recorded, add, remove, byHand) => {
  const change = permissionChange(wanted, there, recorded);
  expect(change.add.accounts).toEqual(add);
  expect(change.remove.accounts).toEqual(remove);
  expect(change.byHand).toEqual(byHand);
});

test('snapshots follow the accounts, and are taken back when they are not asked for', () => {
  const both: Share = { ...accounts('a', 'b'), organizations: ['arn:o'], snapshots: true };
  expect(snapshotChange(both, accounts())).toEqual({ add: ['a', 'b'], remove: [] });
  expect(snapshotChange(accounts('a', 'b'), both)).toEqual({ add: [], remove: ['a', 'b'] });
  expect(snapshotChange({ ...accounts('a'), snapshots: true }, both)).toEqual({ add: ['a'], remove: ['b'] });
});

describe('whatever was given', () => {
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
  const share = fc.record<Share>({ accounts: ids, organizations: ids, organizationalUnits: ids });
  const permissions = share.map((it) => ({
    accounts: it.accounts,
    organizationArns: it.organizations,
    organizationalUnitArns: it.organizationalUnits,
  }));

  test('after the change everybody wanted has it, strangers keep it, and nothing is left to change', () => {
    fc.assert(
      fc.property(share, permissions, share, (wanted, there, recorded) => {
        const { add, remove } = permissionChange(wanted, there, recorded);
        const after = Object.fromEntries(
          (Object.keys(there) as (keyof LaunchPermissions)[]).map((kind) => [
            kind,
            [...there[kind].filter((id) => !remove[kind].includes(id)), ...add[kind]],
          ]),
        ) as unknown as LaunchPermissions;
        expect(after.accounts).toEqual(expect.arrayContaining(wanted.accounts));
        for (const id of there.accounts) {
          const ours = recorded.accounts.includes(id);
          expect(after.accounts.includes(id)).toBe(wanted.accounts.includes(id) || !ours);
        }
        expect(isEmptyChange(permissionChange(wanted, after, union(recorded, wanted)))).toBe(true);
      }),
    );
  });

  test('a union covers both its parts', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        expect(covers(union(a, b), a) && covers(union(a, b), b)).toBe(true);
        expect(covers(a, b)).toBe(
          b.accounts.every((id) => a.accounts.includes(id)) &&
            b.organizations.every((id) => a.organizations.includes(id)) &&
            b.organizationalUnits.every((id) => a.organizationalUnits.includes(id)),
        );
      }),
    );
  });

  test('nothing is covered by what is not known', () => {
    expect(covers(undefined, accounts('a'))).toBe(false);
    expect(covers(undefined, accounts())).toBe(true);
  });
});
