import { hourMs } from '../../src/lib/definitions/instant';
import { explainFurther, furtherKind } from '../../src/lib/planning/explain-channel';
import type { FurtherState } from '../../src/lib/planning/further-channel';
import { noon } from './snapshot-builder';

const pin = { by: 'bob', why: 'it smells', atMs: noon };

/** Every state of a further channel: the word of the table, and the sentence. */
const states: [FurtherState, ReturnType<typeof furtherKind>, string][] = [
  [{ code: 'channel-up-to-date', from: 'candidate' }, 'current', 'it has what candidate has, or newer'],
  [{ code: 'channel-empty', from: 'candidate' }, 'wait', 'candidate has never been published'],
  [{ code: 'channel-moving', bakeId: 'b-1' }, 'wait', 'bake b-1 is being published to it'],
  [{ code: 'channel-turn', channel: 'candidate' }, 'wait', 'candidate moves first'],
  [
    { code: 'channel-blocked', why: ' /a.b is not ours. ' },
    'blocked',
    'it could not be moved: /a.b is not ours; a person has to look',
  ],
  [
    { code: 'channel-leaving', revoked: 'bake b-1 was revoked by ada: openssl' },
    'wait',
    'it goes to a good bake: bake b-1 was revoked by ada: openssl',
  ],
  [
    { code: 'channel-withdrawn', bakeId: 'b-1', by: 'ada', why: 'openssl.', from: 'candidate' },
    'blocked',
    'bake b-1 was revoked by ada: openssl; it comes back with the next bake from candidate',
  ],
  [
    { code: 'channel-gone', bakeId: 'b-1', why: 'ami-1 is gone' },
    'blocked',
    'bake b-1 cannot come to it: ami-1 is gone; the next one can',
  ],
  [
    { code: 'channel-lost', why: 'ami-1 is gone' },
    'blocked',
    'what it has cannot be amended: ami-1 is gone; the next bake can come',
  ],
  [
    { code: 'channel-ceiling', asked: ['account 9'], setting: 'ceilings.shareWith' },
    'blocked',
    'the setting ceilings.shareWith does not allow sharing with account 9',
  ],
  [
    { code: 'channel-pinned', ...pin, until: 'commit' },
    'current',
    'pinned by bob since 2026-11-21 12:00 UTC because it smells; it stays until a bake of other inputs comes, or somebody unpins it',
  ],
  [
    { code: 'channel-pinned', ...pin, until: 'base' },
    'current',
    'pinned by bob since 2026-11-21 12:00 UTC because it smells; it stays until a bake on another base comes, or somebody unpins it',
  ],
  [
    { code: 'channel-held', ...pin, from: 'candidate' },
    'wait',
    'candidate is pinned by bob since 2026-11-21 12:00 UTC because it smells: nothing is promoted from it',
  ],
  [
    { code: 'channel-by-hand', bakeId: 'b-1', from: 'candidate' },
    'wait',
    'candidate has bake b-1; a person promotes it',
  ],
  [
    { code: 'channel-untested', bakeId: 'b-1' },
    'wait',
    'bake b-1 has not passed the tests that the image has now',
  ],
  [
    { code: 'channel-soaking', bakeId: 'b-1', from: 'candidate', untilMs: noon + 3 * hourMs },
    'wait',
    'bake b-1 soaks in candidate; it follows at 2026-11-21 15:00 UTC (in 3 hours) if nobody objects',
  ],
  [
    { code: 'channel-window', bakeId: 'b-1', opensAtMs: noon + 3 * hourMs },
    'wait',
    'bake b-1 waits: window opens at 2026-11-21 15:00 UTC (in 3 hours)',
  ],
  [
    { code: 'channel-window', bakeId: 'b-1' },
    'wait',
    'bake b-1 waits for a window that does not open in the next two weeks',
  ],
  [{ code: 'channel-observe', bakeId: 'b-1' }, 'wait', 'observe mode; otherwise bake b-1 would be promoted'],
  [
    { code: 'channel-due', bakeId: 'b-1', from: 'candidate' },
    'promote',
    'bake b-1 has been in candidate long enough',
  ],
  [
    { code: 'channel-policy' },
    'amend',
    'sharing, tags or regions are not what bakery.yml says; that needs no bake',
  ],
  [
    { code: 'paused', what: 'web/arm64', ...pin },
    'wait',
    'web/arm64 is paused by bob since 2026-11-21 12:00 UTC: it smells',
  ],
];

test.each(states)('%j: %s', (state, kind, sentence) => {
  expect(furtherKind(state)).toBe(kind);
  expect(explainFurther(state, noon)).toBe(sentence);
});
