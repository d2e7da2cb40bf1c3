import { findReusable } from '../ledger/find-reusable';
import type { EndedBake } from '../ledger/history';
import type { Share } from '../definitions/catalog';
import type { RevokedMark } from '../lifecycle/revocation';
import { union } from '../lifecycle/sharing';
import type { Run } from './run';

/**
 * Every AMI of a bake that the ledger knows of, and whom the bakery gave permissions on them: from history, from the index
 * of ready bakes, and from every channel that has the bake or is on its way to it.
 */
export async function knownOf(run: Run, bake: EndedBake): Promise<Pick<RevokedMark, 'amis' | 'granted'>> {
  const indexed = await findReusable(run.deps.table, bake.inputHash);
  const seen: { amis: Record<string, string>; granted?: Share | undefined }[] = [
    { amis: bake.amis ?? {} },
    ...indexed.filter(({ bakeId }) => bakeId === bake.id),
    ...run.records
      .flatMap(({ channels }) => Object.values(channels))
      .flatMap(({ current, moving }) => [
        ...(current?.bakeId === bake.id ? [current] : []),
        ...(moving?.to.bakeId === bake.id
          ? [{ amis: moving.to.amis, granted: union(moving.to.granted, moving.granting) }]
          : []),
      ]),
  ];
  const places = new Map<string, { region: string; amiId: string }>();
  for (const { amis } of seen) {
    for (const [region, amiId] of Object.entries(amis)) places.set(`${region} ${amiId}`, { region, amiId });
  }
  const given = seen.flatMap(({ granted }) => granted ?? []);
  return {
    amis: [...places.values()],
    ...(given.length === 0 ? {} : { granted: given.reduce((all, one) => union(all, one)) }),
  };
}
