import fc from 'fast-check';
import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { faultKinds } from './contract';
import { applyEdit, type Edit } from './plan/edit';
import { toFiles } from './plan/catalog';
import { makePlan } from './plan/make-plan';
import { withoutAccount, withoutImage } from './plan/smaller';
import { shrink } from './run/shrink';
import type { SeedResult } from './run/run-seed';

const every = new Set(faultKinds);
const seed = fc.integer({ min: 0, max: 1_000_000 });

test('a seed is one plan, and another seed another', () => {
  expect(makePlan(5, every)).toEqual(makePlan(5, every));
  expect(makePlan(6, every)).not.toEqual(makePlan(5, every));
});

test('a plan has bakeries with images, follows none but bakeries, and strikes with what was asked for', () => {
  fc.assert(
    fc.property(seed, fc.subarray([...faultKinds]), (drawn, kinds) => {
      const { accounts, happenings, lifeMs } = makePlan(drawn, new Set(kinds));
      expect(accounts.length).toBeLessThanOrEqual(6);
      for (const { role, follows, catalog, mirrors } of accounts) {
        expect(follows.every((index) => accounts[index]!.role === 'bakery')).toBe(true);
        expect((role === 'bakery' ? catalog.images : mirrors).length).toBeGreaterThan(0);
      }
      for (const it of happenings) {
        expect(it.atMs).toBeLessThan(lifeMs);
        if (it.do === 'fault') expect(kinds).toContain(it.kind);
      }
    }),
  );
});

const problemsOf = (files: Record<string, string>, upstreams: string[]) =>
  readBakeryYml(files['bakery.yml']!, { bakery: 'b1', parameterPrefix: '/bakery/', upstreams }).problems;

test('whatever is edited, bakery.yml is valid unless somebody broke it', () => {
  fc.assert(
    fc.property(
      seed,
      fc.array(
        fc.record({
          kind: fc.constantFrom<Edit['kind']>(
            ...([
              'content',
              'share',
              'regions',
              'test',
              'approval',
              'channels',
              'promote',
              'window',
              'follow',
              'schedule',
              'rebase',
              'add',
              'remove',
              'rename',
              'revert',
            ] as const),
          ),
          pick: fc.nat(1_000),
        }),
        { maxLength: 12 },
      ),
      (drawn, edits) => {
        const { accounts } = makePlan(drawn, every);
        const history = [accounts[0]!.catalog];
        edits.forEach((edit, index) => {
          const context = { history, otherAccounts: ['222222222222'], upstreams: [] };
          const edited = applyEdit({ ...edit, fresh: index + 1 }, context);
          if (edited !== undefined) history.push(edited.catalog);
        });
        const upstreams = accounts[0]!.follows.map((index) => accounts[index]!.bakery);
        const problems = problemsOf(toFiles(history.at(-1)!), upstreams);
        expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      },
    ),
  );
});

test('shrinking leaves what the violation needs', async () => {
  const plan = makePlan(1, every);
  const happenings = Array.from({ length: 23 }, (_, id) => ({ ...plan.happenings[0]!, id }));
  const needed = [3, 17];
  const run = (smaller: typeof plan) => {
    const has = (id: number) => smaller.happenings.some((it) => it.id === id);
    const violations = needed.every(has) ? [{ invariant: 'it', message: '', facts: {} }] : [];
    return Promise.resolve({ violations } as unknown as SeedResult);
  };
  const failed = await run({ ...plan, happenings });
  const shrunk = await shrink({ ...plan, happenings }, failed, run, () => true);
  expect(shrunk.plan.happenings.map(({ id }) => id)).toEqual(needed);
  expect(shrunk.plan.accounts).toHaveLength(1);
  expect(shrunk.plan.accounts[0]!.catalog.images).toHaveLength(1);
});

test('without an account or an image a plan is one still', () => {
  fc.assert(
    fc.property(seed, fc.nat(5), fc.nat(50), (drawn, index, pick) => {
      const plan = makePlan(drawn, every);
      const smaller = withoutAccount(plan, index);
      const gone = plan.accounts[index]?.id ?? 'nobody';
      if (smaller !== undefined) {
        expect(JSON.stringify(smaller.accounts)).not.toContain(gone);
        for (const it of smaller.happenings)
          if ('account' in it) expect(smaller.accounts[it.account]).toBeDefined();
        expect(smaller.accounts.map(({ follows }) => follows.map((at) => smaller.accounts[at]!.id))).toEqual(
          plan.accounts
            .filter(({ id }) => id !== gone)
            .map(({ follows }) => follows.map((at) => plan.accounts[at]!.id)),
        );
      }
      const account = plan.accounts[index];
      const image = account?.catalog.images[pick % Math.max(1, account.catalog.images.length)];
      const less = image === undefined ? undefined : withoutImage(plan, index, image.name);
      if (less === undefined || image === undefined) return;
      const { problems } = readBakeryYml(toFiles(less.accounts[index]!.catalog)['bakery.yml']!, {
        bakery: account!.bakery,
        parameterPrefix: '/bakery/',
        upstreams: account!.follows.map((at) => plan.accounts[at]!.bakery),
      });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
  );
});
