import { known, unknown, type Known } from '../../src/lib/definitions/known';
import type { ParameterWrite } from '../../src/lib/lifecycle/channel';
import {
  confirmWithinMs,
  maxWrites,
  nextParameterStep,
  written,
} from '../../src/lib/lifecycle/parameter-step';
import { noon } from './bakes';

const write = (changes: Partial<ParameterWrite> = {}): ParameterWrite => ({
  name: '/bakery/web/x86_64/stable',
  value: 'ami-new',
  state: 'intended',
  attempts: 0,
  deadlineMs: noon,
  ...changes,
});
const sent = written(write(), noon);
const late = noon + confirmWithinMs;

type Read = Known<string | undefined> | undefined;
test.each<[string, ParameterWrite, Read, boolean, number, string]>([
  ['intended, not read: written', write(), undefined, false, noon, 'write'],
  ['intended, holds the old value: written', write(), known('ami-old'), false, noon, 'write'],
  ['intended, but it is there already: confirmed', write(), known('ami-new'), false, noon, 'confirmed'],
  ['written, not read since: read', sent, undefined, false, noon, 'read'],
  ['written and read back: confirmed', sent, known('ami-new'), false, noon, 'confirmed'],
  ['written, not there yet: wait until the deadline', sent, known('ami-old'), false, noon, 'wait'],
  ['written, not there at the deadline: written again', sent, known('ami-old'), false, late, 'write'],
  ['written, SSM reports a failure: written again at once', sent, known(undefined), true, noon, 'write'],
  [
    'a failure is reported, but the value is there: confirmed',
    sent,
    known('ami-new'),
    true,
    noon,
    'confirmed',
  ],
  ['written, cannot be read at the deadline: wait', sent, unknown('throttled'), false, late, 'wait'],
  [
    'written three times and not taken: refused',
    { ...sent, attempts: maxWrites },
    known('ami-old'),
    false,
    late,
    'refuse',
  ],
])('%s', (_, given, read, failed, nowMs, step) => {
  expect(nextParameterStep(given, read, failed, nowMs).do).toBe(step);
});

test('a refusal says what was written, how often, and what reads instead', () => {
  expect(nextParameterStep({ ...sent, attempts: 3 }, known('ami-old'), false, late)).toEqual({
    do: 'refuse',
    why: '/bakery/web/x86_64/stable was written 3 times with ami-new and reads ami-old.',
  });
});
