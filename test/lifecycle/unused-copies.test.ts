import type { Channel, ChannelMove } from '../../src/lib/lifecycle/channel';
import { newChannel } from '../../src/lib/lifecycle/channel-transitions';
import type { Copy, Distribution } from '../../src/lib/lifecycle/distribution';
import type { ImageRecord } from '../../src/lib/lifecycle/image-record';
import { unusedCopies } from '../../src/lib/lifecycle/unused-copies';
import { aBake, noon } from './bakes';
import { at, channel } from './channels';

const home = 'eu-west-1';
const far = 'us-east-1';
const copy = (change: Partial<Copy>): Copy => ({ state: 'sent', attempts: 1, sinceMs: noon, ...change });
const copies = (byRegion: Record<string, Partial<Copy>>): Distribution => ({
  made: { amis: { [home]: 'ami-1' } },
  source: { region: home, amiId: 'ami-1' },
  copies: Object.fromEntries(Object.entries(byRegion).map(([region, change]) => [region, copy(change)])),
  startedAtMs: noon,
});
const move = (distribution?: Distribution, sequence = 7): ChannelMove => ({
  to: { ...at('b-1'), amis: { [home]: 'ami-1' }, sequence },
  cause: { code: 'amended', text: 'regions' },
  startedAtMs: noon,
  tagged: false,
  shared: false,
  policyDigest: 'p',
  parameters: {},
  ...(distribution === undefined ? {} : { distribution }),
});
const making = move(copies({ [far]: { amiId: 'ami-copy' } }));
const stable: Channel = channel('b-0', { moving: making });
type Other = Pick<ImageRecord, 'channels' | 'live'>;

test.each<[string, ChannelMove, Other, string[]]>([
  ['what it has asked for', making, { channels: { stable } }, ['ami-copy']],
  [
    'of a channel that has nothing as well',
    making,
    { channels: { stable: { ...newChannel(), moving: making } } },
    ['ami-copy'],
  ],
  [
    'nothing that got no answer, also where the build made one',
    move(copies({ [far]: { present: 'ami-b' } })),
    { channels: {} },
    [],
  ],
  ['nothing that got no answer', move(copies({ [far]: {} })), { channels: {} }, []],
  ['nothing where there is none to make', move(), { channels: {} }, []],
  [
    'not what the build made there',
    move(copies({ [far]: { amiId: 'ami-built', present: 'ami-built' } })),
    { channels: {} },
    [],
  ],
  ['not what it goes to', move(copies({ [far]: { amiId: 'ami-1' } })), { channels: {} }, []],
  [
    'not what another channel has',
    making,
    { channels: { stable, lts: channel('b-1', { current: { ...at('b-1'), amis: { [far]: 'ami-copy' } } }) } },
    [],
  ],
  [
    'not what another channel goes to',
    making,
    {
      channels: {
        stable,
        lts: channel('b-0', {
          moving: { ...move(undefined, 8), to: { ...making.to, sequence: 8, amis: { [far]: 'ami-copy' } } },
        }),
      },
    },
    [],
  ],
  [
    'not what another channel waits for',
    making,
    {
      channels: { stable, lts: channel('b-0', { moving: { ...making, to: { ...making.to, sequence: 8 } } }) },
    },
    [],
  ],
  [
    'not what a bake waits for',
    making,
    { channels: { stable }, live: { ...aBake({}), distribution: making.distribution! } },
    [],
  ],
])('%s', (_, given, record, expected) => {
  expect(unusedCopies(record, given)).toStrictEqual(expected.map((amiId) => ({ region: far, amiId })));
});
