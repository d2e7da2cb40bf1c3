import type { Tour } from './step';

/** A channel that a consumer mirrors, compared with what its upstream's channel says. */
export interface SeenMirror {
  account: string;
  /** `platform/base-al2023/x86_64@stable` */
  name: string;
  amiId: string | undefined;
  follows: boolean;
  /** What is there, for a message. */
  seen: string;
}

export async function mirrorsOf(tour: Pick<Tour, 'look' | 'bakery' | 'consumers'>): Promise<SeenMirror[]> {
  const lists = await Promise.all(
    tour.consumers.map(async (account) => {
      const { mirrors } = await tour.look.report(account);
      const own = tour.look.parameters(account);
      const { upstreams, mirrors: settings } = tour.bakery.deployments.find(
        (deployment) => deployment.settings.account === account,
      )!.settings;
      return Promise.all(
        mirrors.map(async ({ name, parameter, reason }, index) => {
          const { bakery, image, architecture, channel } = settings[index]!;
          const upstream = upstreams.find((other) => other.bakery === bakery)!.account;
          const ledger = await tour.look.ledger(upstream);
          const current = ledger.records.get(`${image}/${architecture}`)?.channels[channel]?.current;
          const wanted = Object.values(current?.amis ?? {})[0];
          const amiId = parameter === undefined ? undefined : own.get(parameter);
          const follows = wanted !== undefined && amiId === wanted;
          return { account, name, amiId, follows, seen: `${amiId ?? 'no parameter'} (${reason})` };
        }),
      );
    }),
  );
  return lists.flat();
}

/** `base-al2023 in account 333333333333` for each that is what the upstream's channel says. */
export const mirrorsThatFollow = (mirrors: SeenMirror[]): string[] =>
  mirrors
    .filter(({ follows }) => follows)
    .map(({ name, account }) => `${name.split('/')[1]} in account ${account}`);
