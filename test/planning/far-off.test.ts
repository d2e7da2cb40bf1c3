import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';
import { explainReason, type Reason } from '../../src/lib/planning/explain';
import { noon } from './snapshot-builder';

describe('how far off a time is', () => {
  it.each([
    [1, 'in 1 minute'],
    [1.4 * minuteMs, 'in 1 minute'],
    [1.6 * minuteMs, 'in 2 minutes'],
    [hourMs - minuteMs, 'in 59 minutes'],
    [hourMs, 'in 1 hour'],
    [2 * dayMs - hourMs, 'in 47 hours'],
    [2 * dayMs, 'in 2 days'],
    [3.4 * dayMs, 'in 3 days'],
  ])('%i ms: %s', (ms, said) => {
    expect(explainReason({ code: 'service-limit', untilMs: noon + ms }, noon)).toContain(`(${said})`);
  });

  it.each([0, -1])('a time that is now or past is not: %i', (ms) => {
    expect(explainReason({ code: 'service-limit', untilMs: noon + ms }, noon)).not.toContain('(');
  });
});

const failed: Reason = {
  code: 'failed',
  class: 'script',
  count: 1,
  bakeId: 'b-1',
  message: '  exit 1.  ',
  lines: [],
};
const tried = 'it is tried again when its inputs, base or schedule move, or when somebody asks';
it.each<[Reason, string]>([
  [failed, `bake b-1 failed (script): exit 1; ${tried}`],
  [{ ...failed, count: 2, message: 'see a.b' }, `bake b-1 failed (script, 2 attempts): see a.b; ${tried}`],
  [{ code: 'base-moved', from: 'ami-1' }, 'its base moved from ami-1'],
  [{ code: 'slots', inUse: 4, max: 4, ahead: 2 }, '4 of 4 build slots are in use and 2 images are ahead'],
  [
    { code: 'inputs-changed', paths: ['a', 'b', 'c', 'd', 'e'], commitId: '123456789012' },
    'commit 123456789012 changed a, b, c, d, e',
  ],
  [
    { code: 'inputs-changed', paths: ['a', 'b', 'c', 'd', 'e', 'f'], commitId: '1234567890123' },
    'commit 123456789012… changed a, b, c, d, e and 1 more',
  ],
  [
    { code: 'publishing', bakeId: 'b', channel: 'stable', pending: ['/1', '/2', '/3', '/4', '/5', '/6'] },
    'bake b is being published to stable; not confirmed yet: /1, /2, /3, /4, /5 and 1 more',
  ],
])('a reason in numbers: %o', (reason, sentence) => {
  expect(explainReason(reason, noon)).toBe(sentence);
});
