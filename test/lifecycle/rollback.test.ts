import type { Channel } from '../../src/lib/lifecycle/channel';
import { rollbackTarget, type RollbackFacts } from '../../src/lib/lifecycle/rollback';
import { noon } from './bakes';
import { at, channel, pin, web } from './channels';

const bake = (id: string, status = 'ready') =>
  ({ id, image: web, status }) as RollbackFacts['history'][number];
const facts = (change: Partial<RollbackFacts> = {}): RollbackFacts => ({
  image: web,
  channelName: 'stable',
  channel: channel('b-05'),
  isFirst: true,
  history: ['b-05', 'b-04', 'b-03', 'b-02'].map((id) => bake(id)),
  askedAtMs: noon + 1,
  ...change,
});

test.each<[string, Partial<RollbackFacts>, string]>([
  ['the last good one before', {}, 'b-04'],
  [
    'which need not be the last',
    { history: [bake('b-05'), bake('b-04', 'failed'), bake('b-03', 'revoked'), bake('b-02')] },
    'b-02',
  ],
  ['a deprecated one', { history: [bake('b-05'), bake('b-04', 'deprecated')] }, 'b-04'],
  ['never a newer one by itself', { channel: channel('b-03') }, 'b-02'],
  ['a named one', { to: 'b-02' }, 'b-02'],
  ['a named newer one', { channel: channel('b-03'), to: 'b-05' }, 'b-05'],
  [
    'of a further channel what it had',
    { isFirst: false, channel: channel('b-05', { past: ['b-03'] }) },
    'b-03',
  ],
  [
    'a named one after an earlier rollback',
    { channel: channel('b-03', { pin: pin({ from: 'b-05' }) }), to: 'b-02' },
    'b-02',
  ],
  ['where it is only pinned', { channel: channel('b-05', { pin: pin() }) }, 'b-04'],
])('a rollback goes to %s', (_, change, bakeId) => {
  expect(rollbackTarget(facts(change))).toEqual({ verdict: 'go', bakeId });
});

const another = 'name another one.';
test.each<[string, Partial<RollbackFacts>, string, string]>([
  [
    'what is not there',
    { channel: undefined },
    'web/x86_64@stable has never been published',
    'wait for its first bake.',
  ],
  [
    'what was never published',
    { channel: { announcedSequence: 0, lastSequence: 0 } },
    'web/x86_64@stable has never been published',
    'wait for its first bake.',
  ],
  [
    'where there is none',
    { history: [bake('b-05')] },
    'There is no good bake of web/x86_64 before b-05',
    'name a bake with --to, or pin the channel where it is.',
  ],
  [
    'to what the channel never had',
    { isFirst: false },
    'There is no good bake of web/x86_64 before b-05 that stable has had',
    'name a bake with --to, or pin the channel where it is.',
  ],
  ['to a bake of another image', { to: 'b-99' }, 'web/x86_64 has no bake b-99', another],
  ['to a revoked one', { to: 'b-04', history: [bake('b-04', 'revoked')] }, 'Bake b-04 was revoked', another],
  [
    'to a revoked one of which it is known why',
    { to: 'b-04', history: [{ ...bake('b-04', 'revoked'), revoked: { by: 'bob', why: 'openssl' } }] },
    'Bake b-04 was revoked by bob: openssl',
    another,
  ],
  [
    'to a failed one',
    { to: 'b-04', history: [bake('b-04', 'failed')] },
    'Bake b-04 of web/x86_64 is failed, not ready',
    another,
  ],
  [
    'to one whose AMI is disabled',
    { to: 'b-04', history: [bake('b-04', 'disabled')] },
    'Bake b-04 of web/x86_64 is disabled, not ready',
    another,
  ],
  [
    'to where it is',
    { to: 'b-05' },
    'web/x86_64@stable has bake b-05 already',
    'pin it, if it is to stay there.',
  ],
  ...[
    ['of a channel that somebody rolled back', { pin: pin({ from: 'b-05' }) }, undefined, noon],
    [
      'asked at the moment of somebody else’s',
      { pin: pin({ from: 'b-05', atMs: noon + 1 }) },
      'b-02',
      noon + 1,
    ],
    [
      'asked before somebody else’s took effect',
      { pin: pin({ from: 'b-05', atMs: noon + 9 }) },
      'b-02',
      noon + 9,
    ],
  ].map(([what, change, to, atMs]): [string, Partial<RollbackFacts>, string, string] => [
    what as string,
    { channel: channel('b-04', change as Partial<Channel>), to: to as string | undefined },
    `alice rolled web/x86_64@stable back from b-05 at ${new Date(atMs as number).toISOString()} already: bad`,
    'see where it is now, and name the bake with --to if it is to go elsewhere.',
  ]),
])('a rollback is refused %s', (_, change, why, remedy) => {
  expect(rollbackTarget(facts(change))).toStrictEqual({ verdict: 'refuse', why, remedy });
});

test('a channel that moves is waited for', () => {
  const moving = {
    ...channel('b-04'),
    moving: { to: at('b-05') } as unknown as Channel['moving'],
  } as Channel;
  expect(rollbackTarget(facts({ channel: moving }))).toEqual({
    verdict: 'wait',
    why: 'web/x86_64@stable is moving to b-05',
  });
});
