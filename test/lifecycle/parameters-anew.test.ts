import { minuteMs } from '../../src/lib/definitions/instant';
import type { Channel, ChannelMove, ParameterWrite } from '../../src/lib/lifecycle/channel';
import { allNames, madeAnew, refusedBefore } from '../../src/lib/lifecycle/parameters-anew';
import { maxWrites } from '../../src/lib/lifecycle/parameter-step';
import { noon } from './bakes';
import { at, channel } from './channels';

const write = (name: string, change: Partial<ParameterWrite> = {}): ParameterWrite => ({
  name,
  value: 'ami-good',
  state: 'pending',
  attempts: maxWrites,
  deadlineMs: noon,
  ...change,
});
const refused = (name: string) =>
  write(name, { state: 'refused', refusal: { code: 'PARAMETER_REFUSED', why: 'full' } });
const move = (parameters: ChannelMove['parameters']): ChannelMove => ({
  to: at('b-0'),
  cause: { code: 'revoked', text: 'openssl is broken' },
  startedAtMs: noon,
  tagged: true,
  shared: true,
  parameters,
  policyDigest: 'p',
});
const has = (parameterNames?: Record<string, string>): Channel =>
  channel('b-1', parameterNames === undefined ? {} : { parameterNames });

test.each<[string, Channel, ChannelMove['parameters'], Record<string, string>]>([
  ['one that the channel has had', has({ east: '/web' }), { east: refused('/web') }, { east: '/web' }],
  ['not one that is to be created', has(), { east: refused('/web') }, {}],
  ['not one of another name', has({ east: '/old' }), { east: refused('/web') }, {}],
  ['not one of another region', has({ west: '/web' }), { east: refused('/web') }, {}],
  ['not what SSM takes', has({ east: '/web' }), { east: write('/web') }, {}],
  [
    'of several those that were refused',
    has({ east: '/web', west: '/web', north: '/web' }),
    { east: refused('/web'), west: write('/web', { state: 'confirmed' }), north: refused('/web') },
    { east: '/web', north: '/web' },
  ],
])('deleted and made anew is %s', (_, given, parameters, expected) => {
  expect(refusedBefore(given, move(parameters))).toStrictEqual(expected);
});

test('the move goes on: what is gone is created a minute later, the rest is as it was', () => {
  const west = write('/web', { state: 'confirmed' });
  const moving = move({ east: refused('/web'), west });
  const anew = madeAnew({ ...has({ east: '/web', west: '/web' }), moving }, moving, { east: '/web' }, noon);
  expect(anew).toStrictEqual({
    ...has({ west: '/web' }),
    moving: {
      ...moving,
      parameters: {
        east: { name: '/web', value: 'ami-good', state: 'pending', attempts: 0, deadlineMs: noon + minuteMs },
        west,
      },
    },
  });
  // Refused once more it is one that was never there.
  expect(refusedBefore(anew, move({ east: refused('/web') }))).toStrictEqual({});
});

test('what a channel has and what its move may have written', () => {
  expect(allNames(has({ west: '/old', east: '/old' }), move({ east: refused('/web') }))).toStrictEqual({
    west: '/old',
    east: '/web',
  });
  expect(allNames(has(), move({ east: refused('/web') }))).toStrictEqual({ east: '/web' });
});
