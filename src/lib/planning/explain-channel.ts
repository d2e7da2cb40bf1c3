import type { InstantMs } from '../definitions/instant';
import { explainReason, inTime, onDay, unstopped } from './explain';
import type { FurtherState } from './further-channel';

type Own = Exclude<FurtherState, { code: 'paused' }>;
type Sentences = {
  [Code in Own['code']]: (state: Extract<Own, { code: Code }>, nowMs: InstantMs) => string;
};

/** What a further channel does, as one word: for tables. */
export function furtherKind({ code }: FurtherState): 'current' | 'wait' | 'blocked' | 'promote' | 'amend' {
  switch (code) {
    case 'channel-up-to-date':
    case 'channel-pinned':
      return 'current';
    case 'channel-blocked':
    case 'channel-withdrawn':
    case 'channel-gone':
    case 'channel-lost':
    case 'channel-ceiling':
      return 'blocked';
    case 'channel-due':
      return 'promote';
    case 'channel-policy':
      return 'amend';
    default:
      return 'wait';
  }
}

/** One plain sentence for the state of a further channel. */
export function explainFurther(state: FurtherState, nowMs: InstantMs): string {
  if (state.code === 'paused') return explainReason(state, nowMs);
  const sentence = sentences[state.code] as (state: Own, nowMs: InstantMs) => string;
  return sentence(state, nowMs);
}

const sentences: Sentences = {
  'channel-up-to-date': ({ from }) => `it has what ${from} has, or newer`,
  'channel-empty': ({ from }) => `${from} has never been published`,
  'channel-moving': ({ bakeId }) => `bake ${bakeId} is being published to it`,
  'channel-turn': ({ channel }) => `${channel} moves first`,
  'channel-blocked': ({ why }) => `it could not be moved: ${unstopped(why)}; a person has to look`,
  'channel-leaving': ({ revoked }) => `it goes to a good bake: ${revoked}`,
  'channel-withdrawn': ({ bakeId, by, why, from }) =>
    `bake ${bakeId} was revoked by ${by}: ${unstopped(why)}; it comes back with the next bake from ${from}`,
  'channel-ceiling': ({ asked, setting }) => explainReason({ code: 'ceiling', asked, setting }),
  'channel-pinned': ({ by, why, atMs, until }) =>
    `pinned by ${by} since ${onDay(atMs)} because ${unstopped(why)}; it stays until ${until === 'base' ? 'a bake on another base' : 'a bake of other inputs'} comes, or somebody unpins it`,
  'channel-held': ({ from, by, why, atMs }) =>
    `${from} is pinned by ${by} since ${onDay(atMs)} because ${unstopped(why)}: nothing is promoted from it`,
  'channel-by-hand': ({ bakeId, from }) => `${from} has bake ${bakeId}; a person promotes it`,
  'channel-untested': ({ bakeId }) => `bake ${bakeId} has not passed the tests that the image has now`,
  'channel-gone': ({ bakeId, why }) => `bake ${bakeId} cannot come to it: ${why}; the next one can`,
  'channel-lost': ({ why }) => `what it has cannot be amended: ${why}; the next bake can come`,
  'channel-soaking': ({ bakeId, from, untilMs }, nowMs) =>
    `bake ${bakeId} soaks in ${from}; it follows ${inTime(untilMs, nowMs)} if nobody objects`,
  'channel-window': ({ bakeId, opensAtMs }, nowMs) =>
    opensAtMs === undefined
      ? `bake ${bakeId} waits for a window that does not open in the next two weeks`
      : `bake ${bakeId} waits: window opens ${inTime(opensAtMs, nowMs)}`,
  'channel-observe': ({ bakeId }) => `observe mode; otherwise bake ${bakeId} would be promoted`,
  'channel-due': ({ bakeId, from }) => `bake ${bakeId} has been in ${from} long enough`,
  'channel-policy': () => 'sharing, tags or regions are not what bakery.yml says; that needs no bake',
};
