import type { ImageKey } from '../../../src/lib/definitions/catalog';
import type { EndedBake } from '../../../src/lib/ledger/history';
import type { Bake } from '../../../src/lib/lifecycle/bake';
import type { Channel } from '../../../src/lib/lifecycle/channel';
import type { ImageRecord } from '../../../src/lib/lifecycle/image-record';
import type { MirrorRecord } from '../../../src/lib/lifecycle/upstream-record';
import type { LedgerChange, SimCall } from '../contract';

/** An item's content before and after one write. */
export interface Change<T> {
  account: string;
  sk: string;
  before: T | undefined;
  after: T | undefined;
}

const dataOf = <T>(item: Record<string, unknown> | undefined): T | undefined =>
  item?.['data'] as T | undefined;

function ofKind<T>(call: SimCall, matches: (change: LedgerChange) => boolean): Change<T>[] {
  if (call.ledger.length === 0) return [];
  return call.ledger.filter(matches).map(({ account, sk, before, after }) => ({
    account,
    sk,
    before: dataOf<T>(before),
    after: dataOf<T>(after),
  }));
}

const inState = (kind: string) => (change: LedgerChange) =>
  change.pk === 'STATE' && change.sk.startsWith(`${kind}#`);

export const imageChanges = (call: SimCall) => ofKind<ImageRecord>(call, inState('IMAGE'));
export const mirrorChanges = (call: SimCall) => ofKind<MirrorRecord>(call, inState('MIRROR'));
/** History: bakes that ended. */
export const endings = (call: SimCall) =>
  ofKind<EndedBake>(call, ({ pk }) => pk.startsWith('BAKE#')).flatMap(({ account, before, after }) =>
    after === undefined ? [] : [{ account, before, bake: after }],
  );

/** A channel of an image or a mirror before and after one write. */
export interface ChannelChange {
  account: string;
  /** `image@channel`, or the mirror's name. */
  name: string;
  image: ImageKey;
  channel: string;
  isMirror: boolean;
  before: Channel | undefined;
  after: Channel | undefined;
}

export function channelChanges(call: SimCall): ChannelChange[] {
  if (call.ledger.length === 0) return [];
  const found: ChannelChange[] = [];
  for (const { account, before, after } of imageChanges(call)) {
    const image = (after ?? before)!.key;
    const names = new Set([...Object.keys(before?.channels ?? {}), ...Object.keys(after?.channels ?? {})]);
    for (const channel of names) {
      found.push({
        account,
        name: `${image}@${channel}`,
        image,
        channel,
        isMirror: false,
        before: before?.channels[channel],
        after: after?.channels[channel],
      });
    }
  }
  for (const { account, sk, before, after } of mirrorChanges(call)) {
    const { image, channel } = (after ?? before)!;
    found.push({
      account,
      name: sk,
      image,
      channel,
      isMirror: true,
      before: before?.state,
      after: after?.state,
    });
  }
  return found;
}

/** A bake that was claimed by this write. */
export interface Claim {
  account: string;
  image: ImageKey;
  bake: Bake;
  /** The image as it was before. */
  before: ImageRecord | undefined;
}

export const claims = (call: SimCall): Claim[] =>
  imageChanges(call).flatMap(({ account, before, after }) =>
    after?.live === undefined || after.live.id === before?.live?.id
      ? []
      : [{ account, image: after.key, bake: after.live, before }],
  );

/** A channel that came to point somewhere else, or there again: a move that was confirmed. */
export const confirmations = (call: SimCall) =>
  channelChanges(call).filter(
    ({ before, after }) =>
      after?.current !== undefined &&
      after.current.sequence !== before?.current?.sequence &&
      !isToldAgain(before, after),
  );

/** Where it points stays, and so does a move that is under way; it is announced with another list of what was revoked. */
export const isToldAgain = (before: Channel | undefined, after: Channel): boolean =>
  before?.current !== undefined &&
  before.current.bakeId === after.current?.bakeId &&
  before.current.sequence < after.current.sequence &&
  before.moving?.to.bakeId === after.moving?.to.bakeId &&
  (before.moving === undefined) === (after.moving === undefined);
