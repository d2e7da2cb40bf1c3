import { dayMs } from '../definitions/instant';
import type { InstantMs } from '../definitions/instant';
import { imageKey, splitImageKey } from '../definitions/names';
import type { UpstreamRecord } from '../lifecycle/upstream-record';
import type { Announcer } from './compose';
import type { Announcement, ChannelAnnouncement, WithdrawnAnnouncement } from './schemas';

/** A bakery that is followed, as the settings name it. */
export interface Upstream extends Announcer {
  topicArn: string;
}

export type Refusal =
  | 'MALFORMED'
  | 'TOPIC_NOT_FOLLOWED'
  /** It speaks for another account than its topic's. */
  | 'WRONG_ACCOUNT'
  /** It speaks for another bakery than the one followed on that topic. */
  | 'BAKERY_MISMATCH'
  /** Not newer than what is known. */
  | 'SEQUENCE_OLD'
  /** Accepting it would lock out every true announcement until then. */
  | 'SEQUENCE_FUTURE';

export type Verdict =
  | { accept: UpstreamRecord[] }
  /** Trusted, and nothing acts on it yet. */
  | { unused: string }
  | { refuse: Refusal; why: string };

/** The channel of an upstream, as a base in bakery.yml names it: `platform/base-al2023/arm64@stable`. */
export type UpstreamChannel = Pick<UpstreamRecord, 'bakery' | 'image' | 'channel'>;

/**
 * Whether what an announcement says may be recorded. The topic an SNS message came from is the one thing its sender cannot
 * choose: account and bakery have to be those that the settings tie to it. Whether the AMIs exist and belong to
 * that account is not asked here but each time something is planned on them.
 * @param seen.known what is recorded of a channel; without it, age is left to the write's own condition
 */
export function trust(
  announcement: Announcement,
  seen: {
    topicArn: string;
    upstreams: readonly Upstream[];
    nowMs: InstantMs;
    self: Announcer;
    known?: (channel: UpstreamChannel) => UpstreamRecord | undefined;
  },
): Verdict {
  const upstream = seen.upstreams.find(({ topicArn }) => topicArn === seen.topicArn);
  if (upstream === undefined)
    return refuse('TOPIC_NOT_FOLLOWED', `${seen.topicArn} is not among the upstreams`);
  const { bakery, account } = announcement;
  if (account !== upstream.account)
    return refuse('WRONG_ACCOUNT', `it speaks for account ${account}, its topic is ${upstream.account}'s`);
  if (bakery !== upstream.bakery)
    return refuse('BAKERY_MISMATCH', `it speaks for bakery ${bakery}, its topic is ${upstream.bakery}'s`);
  if (bakery === seen.self.bakery && account === seen.self.account)
    return refuse('BAKERY_MISMATCH', 'it is an announcement of this bakery itself');

  switch (announcement.schema) {
    case 'ami-bakery/image-retired/1':
      return { unused: `${announcement.schema} of ${announcement.image}/${announcement.architecture}` };
    case 'ami-bakery/inventory/1':
      return accept(
        [
          ...announcement.channels.map((channel) => toRecord(channel, upstream, seen.nowMs)),
          ...(announcement.withdrawn ?? []).map((channel) => toWithdrawn(channel, upstream, seen.nowMs)),
        ],
        seen,
        'some',
      );
    case 'ami-bakery/image-published/1':
      return accept([toRecord(announcement, upstream, seen.nowMs)], seen, 'all');
    case 'ami-bakery/image-revoked/1': {
      // Who sends no list means the one bake.
      const { revoked = [announcement.bake], ...rest } = announcement;
      return accept([toWithdrawn({ ...rest, revoked }, upstream, seen.nowMs)], seen, 'all');
    }
  }
}

/** Clocks of two accounts differ by seconds; a day is no clock's error. */
const aheadMs = dayMs;

function accept(
  records: readonly UpstreamRecord[],
  seen: Parameters<typeof trust>[1],
  /** An inventory repeats what is known; of an announcement, that is worth a word. */
  newOnes: 'all' | 'some',
): Verdict {
  const ahead = records.find(({ sequence }) => sequence > seen.nowMs + aheadMs);
  if (ahead !== undefined)
    return refuse(
      'SEQUENCE_FUTURE',
      `${splitImageKey(ahead.image).name}@${ahead.channel} has sequence ${ahead.sequence}, now is ${seen.nowMs}`,
    );
  const old = records.filter((record) => record.sequence <= (seen.known?.(record)?.sequence ?? 0));
  if (newOnes === 'all' && old[0] !== undefined)
    return refuse(
      'SEQUENCE_OLD',
      `sequence ${old[0].sequence} of ${old[0].image}@${old[0].channel} is not new`,
    );
  return { accept: records.filter((record) => !old.includes(record)) };
}

const toRecord = (channel: ChannelAnnouncement, from: Announcer, nowMs: InstantMs): UpstreamRecord => ({
  bakery: from.bakery,
  account: from.account,
  image: imageKey(channel.image, channel.architecture),
  channel: channel.channel,
  version: channel.sequence,
  sequence: channel.sequence,
  bakeId: channel.bake,
  inputHash: channel.inputHash,
  commitId: channel.commit,
  amis: channel.amis,
  ancestry: channel.ancestry,
  publishedAtMs: Date.parse(channel.publishedAt),
  receivedAtMs: nowMs,
  revoked: channel.revoked,
  ...(channel.reasons === undefined ? {} : { reasons: channel.reasons }),
});

/** Nothing is known of what it was made of, and nothing will be built on it. */
const toWithdrawn = (
  { reasons = {}, ...channel }: WithdrawnAnnouncement,
  from: Announcer,
  nowMs: InstantMs,
): UpstreamRecord => ({
  bakery: from.bakery,
  account: from.account,
  image: imageKey(channel.image, channel.architecture),
  channel: channel.channel,
  version: channel.sequence,
  sequence: channel.sequence,
  bakeId: channel.bake,
  inputHash: '',
  commitId: '',
  amis: channel.amis,
  ancestry: [],
  publishedAtMs: Date.parse(channel.revokedAt),
  receivedAtMs: nowMs,
  revoked: channel.revoked,
  reasons: { [channel.bake]: channel.reason, ...reasons },
  withdrawn: true,
});

const refuse = (code: Refusal, why: string): Verdict => ({ refuse: code, why });
