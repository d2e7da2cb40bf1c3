import type { Bake } from '../../src/lib/lifecycle/bake';
import { whyNotPromoted, type NotPromoted, type PromotionFacts } from '../../src/lib/lifecycle/promotion';
import { channel, pin, web } from './channels';

describe('a person promotes', () => {
  const promotion = (change: Partial<PromotionFacts> = {}): PromotionFacts => ({
    image: web,
    channelName: 'stable',
    before: 'candidate',
    channel: channel('b-01'),
    bakeId: 'b-02',
    bake: { id: 'b-02', status: 'ready' },
    hasTests: false,
    ...change,
  });

  test('what the channel before has', () => {
    expect(whyNotPromoted(promotion())).toBeUndefined();
    expect(whyNotPromoted(promotion({ channel: undefined }))).toBeUndefined();
  });

  const other = 'name another bake with --bake.';
  const passed = { result: 'passed' } as Bake['tests'];
  const failedTests = { result: 'failed' } as Bake['tests'];
  test.each<[string, Partial<PromotionFacts>]>([
    ['what has passed its tests', { hasTests: true, bake: { id: 'b-02', status: 'ready', tests: passed } }],
    ['to a channel that has nothing yet', { channel: { announcedSequence: 0, lastSequence: 0 } }],
  ])('%s', (_, change) => {
    expect(whyNotPromoted(promotion(change))).toBeUndefined();
  });

  test.each<[string, Partial<PromotionFacts>, NotPromoted]>([
    [
      'to the first channel',
      { before: undefined },
      {
        why: 'stable is the first channel of web/x86_64: finished bakes are published to it',
        remedy: 'ask for a bake, or roll it back.',
      },
    ],
    [
      'nothing',
      { bakeId: undefined, bake: undefined },
      { why: 'candidate of web/x86_64 has never been published', remedy: 'wait for its first bake.' },
    ],
    [
      'to a pinned channel',
      { channel: channel('b-01', { pin: pin() }) },
      {
        why: 'web/x86_64@stable is pinned by alice since 2026-11-22T12:00:00.000Z: bad',
        remedy: 'unpin it first.',
      },
    ],
    [
      'what is there',
      { channel: channel('b-02') },
      { why: 'web/x86_64@stable has bake b-02 already', remedy: other, already: true },
    ],
    ['what does not exist', { bake: undefined }, { why: 'web/x86_64 has no bake b-02', remedy: other }],
    [
      'what was revoked',
      { bake: { id: 'b-02', status: 'revoked' } },
      { why: 'Bake b-02 was revoked', remedy: other },
    ],
    [
      'what was retired',
      { bake: { id: 'b-02', status: 'deregistered' } },
      { why: 'Bake b-02 of web/x86_64 is deregistered, not ready', remedy: other },
    ],
    [
      'what failed',
      { bake: { id: 'b-02', status: 'failed' } },
      { why: 'Bake b-02 of web/x86_64 is failed, not ready', remedy: other },
    ],
    ...[undefined, failedTests].map((tests): [string, Partial<PromotionFacts>, NotPromoted] => [
      `what has tests: ${tests?.result}`,
      { hasTests: true, bake: { id: 'b-02', status: 'ready', ...(tests && { tests }) } },
      {
        why: 'Bake b-02 was never tested, and web/x86_64 has tests',
        remedy: 'ask for a bake: it is tested.',
      },
    ]),
    [
      'what is older',
      { channel: channel('b-03') },
      {
        why: 'web/x86_64@stable has bake b-03, which is newer than b-02',
        remedy: 'roll it back instead.',
      },
    ],
  ])('is refused %s', (_, change, refusal) => {
    expect(whyNotPromoted(promotion(change))).toStrictEqual(refusal);
  });
});
