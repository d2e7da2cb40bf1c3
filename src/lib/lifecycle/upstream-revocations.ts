import type { InstantMs } from '../definitions/instant';
import { revocationId, type Revocation } from './revocation';
import type { UpstreamRecord } from './upstream-record';

/** As many revoked bakes are announced: of a full list the oldest may be missing. */
const mostTold = 200;

/**
 * What upstreams say of their own bakes, compared with what is known: revocations to be recorded anew, or changed. Every
 * channel of an image tells of all its revoked bakes; as long as one of them names a bake, it holds. What was named and
 * is not any more was taken back.
 */
export function followUpstreams(
  upstreams: Iterable<UpstreamRecord>,
  known: ReadonlyMap<string, Revocation>,
  nowMs: InstantMs,
): Revocation[] {
  const byImage = new Map<string, UpstreamRecord[]>();
  for (const record of upstreams) {
    const image = nameOf(record);
    byImage.set(image, [...(byImage.get(image) ?? []), record]);
  }
  const changes: Revocation[] = [];
  for (const [image, records] of byImage) {
    for (const record of records) {
      for (const bakeId of record.revoked) {
        const id = revocationId({ image, bakeId });
        const before = known.get(id);
        if (changes.some((one) => revocationId(one) === id)) continue;
        if (before === undefined || before.lifted !== undefined) {
          changes.push(toldBy(record, image, bakeId, before, nowMs));
        }
      }
    }
  }
  for (const revocation of known.values()) {
    const { origin, image, bakeId, lifted } = revocation;
    if (origin.kind !== 'upstream' || lifted !== undefined) continue;
    const records = byImage.get(image) ?? [];
    if (records.length === 0 || records.some((record) => mayName(record, bakeId))) continue;
    const by = `bakery ${origin.bakery}`;
    changes.push({ ...revocation, lifted: { by, why: 'it is not revoked any more', atMs: nowMs } });
  }
  return changes;
}

const nameOf = ({ account, bakery, image }: UpstreamRecord): string => `${account}/${bakery}/${image}`;

/** Ids of bakes sort by time: a bake older than everything in a full list may have made room for a newer one. */
const mayName = ({ revoked }: UpstreamRecord, bakeId: string): boolean =>
  revoked.includes(bakeId) || (revoked.length >= mostTold && revoked.every((other) => other > bakeId));

function toldBy(
  { bakery, account, reasons = {} }: UpstreamRecord,
  image: string,
  bakeId: string,
  before: Revocation | undefined,
  nowMs: InstantMs,
): Revocation {
  return {
    version: before?.version ?? 0,
    bakeId,
    image,
    by: `bakery ${bakery} of account ${account}`,
    why: reasons[bakeId] ?? 'it gave no reason',
    atMs: nowMs,
    origin: { kind: 'upstream', bakery },
  };
}
