import { known, unknown, type Known } from '../../src/lib/definitions/known';
import type { ParameterWrite } from '../../src/lib/lifecycle/channel';
import {
  confirmWithinMs,
  firstWrite,
  maxWrites,
  nextParameterStep,
  nextWrite,
} from '../../src/lib/lifecycle/parameter-step';
import { noon } from './bakes';

const pending = firstWrite('/bakery/web/x86_64/stable', 'ami-new', noon);
const late = noon + confirmWithinMs;

type Read = Known<string | undefined> | undefined;
test.each<[string, ParameterWrite, Read, boolean, number, string]>([
  ['not read since it was sent: read', pending, undefined, false, noon, 'read'],
  ['reads back: confirmed', pending, known('ami-new'), false, noon, 'confirmed'],
  ['not there yet: wait until the deadline', pending, known('ami-old'), false, noon, 'wait'],
  ['not there at the deadline: once more', pending, known('ami-old'), false, late, 'write-again'],
  ['SSM reports a failure: once more at once', pending, known(undefined), true, noon, 'write-again'],
  ['a failure is reported, but the value is there', pending, known('ami-new'), true, noon, 'confirmed'],
  ['cannot be read at the deadline: wait', pending, unknown('throttled'), false, late, 'wait'],
  [
    'written three times and not taken: refused',
    { ...pending, attempts: maxWrites },
    known('ami-old'),
    false,
    late,
    'refuse',
  ],
])('%s', (_, given, read, failed, nowMs, step) => {
  expect(nextParameterStep(given, read, failed, nowMs).do).toBe(step);
});

test('each write has a deadline of its own', () => {
  expect(nextWrite(pending, late)).toMatchObject({ attempts: 2, deadlineMs: late + confirmWithinMs });
});

test('a refusal says what was written, how often, and what reads instead', () => {
  expect(nextParameterStep({ ...pending, attempts: 3 }, known('ami-old'), false, late)).toEqual({
    do: 'refuse',
    refusal: {
      code: 'PARAMETER_NOT_TAKING',
      why: '/bakery/web/x86_64/stable was written 3 times with ami-new and reads ami-old.',
    },
  });
});
