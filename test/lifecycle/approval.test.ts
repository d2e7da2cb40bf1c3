import { hourMs } from '../../src/lib/definitions/instant';
import { askApproval, nextApprovalStep, type Approval } from '../../src/lib/lifecycle/approval';
import { noon } from './bakes';

/** Asked at noon, and given until eight in the evening. */
const approval = askApproval({ by: 'leads', expiresMs: 8 * hourMs }, noon);
const approved = { by: 'ada', why: 'it is good', atMs: noon + hourMs };
const reminded = { remindedAtMs: noon + 4 * hourMs };

test('who may decide, since when and until when', () => {
  expect(approval).toStrictEqual({ group: 'leads', askedAtMs: noon, expiresAtMs: noon + 8 * hourMs });
});

test.each<[string, Partial<Approval>, number, string]>([
  ['waits at first', {}, noon, 'wait'],
  ['waits until half time', {}, noon + 4 * hourMs - 1, 'wait'],
  ['reminds at half time', {}, noon + 4 * hourMs, 'remind'],
  ['reminds late where nobody looked in time', {}, noon + 8 * hourMs - 1, 'remind'],
  ['reminds once', reminded, noon + 4 * hourMs, 'wait'],
  ['waits to the last instant', reminded, noon + 8 * hourMs - 1, 'wait'],
  ['expires', reminded, noon + 8 * hourMs, 'expire'],
  ['expires unreminded where nobody looked in time', {}, noon + 8 * hourMs, 'expire'],
  ['goes on once somebody has agreed', { approved }, noon + hourMs, 'go-on'],
  ['goes on, agreed to at half time', { approved }, noon + 4 * hourMs, 'go-on'],
  ['goes on, agreed to in time, however late it is now', { approved }, noon + 9 * hourMs, 'go-on'],
])('a bake that waits for approval %s', (_, change, nowMs, expected) => {
  expect(nextApprovalStep({ ...approval, ...change }, nowMs)).toStrictEqual({ do: expected });
});
