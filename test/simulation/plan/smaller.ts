import { descendants } from './catalog';
import type { Happening, Plan, PlannedAccount } from './plan';

/** The plan without an account; undefined where another one follows it, or nothing would be left. */
export function withoutAccount(plan: Plan, index: number): Plan | undefined {
  const { accounts, happenings } = plan;
  const gone = accounts[index];
  const isFollowed = accounts.some(({ follows }, at) => at !== index && follows.includes(index));
  if (gone === undefined || accounts.length < 2 || isFollowed) return undefined;
  const moved = (at: number): number => (at > index ? at - 1 : at);
  const left = accounts.filter((_, at) => at !== index);
  return {
    ...plan,
    accounts: left.map((account) => ({
      ...account,
      follows: account.follows.map(moved),
      catalog: {
        ...account.catalog,
        images: account.catalog.images.map((image) => ({
          ...image,
          share: image.share.filter((id) => id !== gone.id),
        })),
      },
    })),
    happenings: happenings.flatMap((happening): Happening[] => {
      if (!('account' in happening)) return [happening];
      return happening.account === index ? [] : [{ ...happening, account: moved(happening.account) }];
    }),
  };
}

/** The plan without an image; undefined where another one is built on it or mirrors it. */
export function withoutImage(plan: Plan, index: number, name: string): Plan | undefined {
  const account = plan.accounts[index];
  if (account === undefined || descendants(account.catalog, name).size > 0) return undefined;
  if (plan.accounts.some((other) => isUsedBy(other, account.bakery, name))) return undefined;
  const images = account.catalog.images.filter((image) => image.name !== name);
  if (images.length === 0 || images.length === account.catalog.images.length) return undefined;
  const smaller = { ...account, catalog: { ...account.catalog, images } };
  return { ...plan, accounts: plan.accounts.map((other, at) => (at === index ? smaller : other)) };
}

const isUsedBy = ({ catalog, mirrors }: PlannedAccount, bakery: string, name: string): boolean =>
  mirrors.some((mirror) => mirror.bakery === bakery && mirror.image === name) ||
  catalog.images.some(
    ({ base }) => base.kind === 'upstream' && base.bakery === bakery && base.image === name,
  );
