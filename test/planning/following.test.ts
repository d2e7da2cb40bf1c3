import type { ImageDefinition } from '../../src/lib/definitions/catalog';
import { hourMs } from '../../src/lib/definitions/instant';
import type { Channel, ChannelMove } from '../../src/lib/lifecycle/channel';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { decide, planned, say } from './decide';
import {
  amiOf,
  definition,
  image,
  key,
  on,
  published,
  pushed,
  settled,
  snapshotOf,
  withRecord,
} from './snapshot-builder';

const atOnce = { after: 'tests', soakMs: 0 } as const;
const nextDay = { after: 'tests', soakMs: 24 * hourMs } as const;
const quiet: Channel = { announcedSequence: 0, lastSequence: 0 };

/** base goes to candidate, then to stable; web is built on what is in `follows`. */
const catalog = (follows: string, change: Partial<ImageDefinition> = {}): Snapshot =>
  snapshotOf([
    image('base', { channels: ['candidate', 'stable'], ...change }),
    image('web', { base: on('base', follows) }),
    image('shop', { base: on('web') }),
  ]);
/** The same, with an earlier bake of base in stable, and everything below baked on it. */
function calm(follows: string, change: Partial<ImageDefinition> = {}): Snapshot {
  const base = settled(catalog(follows, change), ['base']);
  const { candidate } = base.records[key('base')]!.channels;
  const stable = {
    ...candidate!,
    current: published(base, definition(base, 'base'), { bakeId: 'b-base-stable' }),
  };
  return settled(withRecord(base, 'base', { channels: { candidate: candidate!, stable } }), ['web', 'shop']);
}
const withChannels = (snapshot: Snapshot, channels: Record<string, Channel>): Snapshot =>
  withRecord(snapshot, 'base', { channels });
const moving = (snapshot: Snapshot, channel: string): Snapshot => {
  const { channels } = snapshot.records[key('base')]!;
  const move = { to: { bakeId: 'b-next' }, shared: true, tagged: true, parameters: {} };
  const changed = { ...channels[channel]!, moving: move as unknown as ChannelMove };
  return withChannels(snapshot, { ...channels, [channel]: changed });
};

describe('who follows a further channel waits for the image only where that comes to the channel at once', () => {
  it.each<[string, string, Partial<ImageDefinition>, string]>([
    ['the first channel', 'candidate', {}, 'wait: base/arm64 is about to be baked'],
    [
      'one that bakes come to at once',
      'stable',
      { promote: atOnce },
      'wait: base/arm64 is about to be baked',
    ],
    ['one that bakes come to after a soak', 'stable', { promote: nextDay }, 'bake'],
    ['one that a person promotes to', 'stable', {}, 'bake'],
  ])('%s', (_, follows, change, said) => {
    const due = pushed(calm(follows, change), ['base', 'web']);
    if (said === 'bake') {
      const bakeId = 'b-base-stable';
      expect(decide(due, 'web')).toMatchObject({ kind: 'bake', desired: { baseAmiId: amiOf(bakeId) } });
    } else expect(say(due, 'web')).toBe(said);
  });

  it.each<[string, string, string]>([
    ['a bake is on its way to the channel', 'stable', 'wait: base/arm64 is being published'],
    ['a bake is on its way to the channel before', 'candidate', 'bake'],
  ])('%s', (_, channel, said) => {
    const due = pushed(moving(calm('stable', { promote: nextDay }), channel), ['web']);
    if (said === 'bake') expect(decide(due, 'web').kind).toBe('bake');
    else expect(say(due, 'web')).toBe(said);
  });
});

describe('who follows a channel that has nothing yet', () => {
  const stays = 'wait: nothing of base/arm64 has come to its channel stable yet';
  const onlyCandidate = (snapshot: Snapshot) =>
    withChannels(snapshot, { candidate: snapshot.records[key('base')]!.channels['candidate']! });

  it.each<[string, () => Snapshot, string]>([
    [
      'the base is published, and not promoted',
      () => onlyCandidate(settled(catalog('stable'), ['base'])),
      stays,
    ],
    ['the base is new', () => catalog('stable'), 'wait: base/arm64 is about to be baked'],
    [
      'the base has begun',
      () => withChannels(catalog('stable'), { candidate: quiet }),
      'wait: base/arm64 is about to be baked',
    ],
    [
      'the base is known, and no more',
      () => withChannels(catalog('stable'), {}),
      'wait: base/arm64 is about to be baked',
    ],
    [
      'the base does not go there',
      () => settled(catalog('prod'), ['base']),
      'blocked: its base cannot be built on (BASE_MISSING): base/arm64 has never been published to prod',
    ],
    [
      'nobody knows the base',
      () => snapshotOf([image('web', { base: on('base') })]),
      'blocked: its base cannot be built on (BASE_MISSING): base/arm64 has never been published to stable',
    ],
  ])('%s', (_, make, said) => {
    expect(say(make(), 'web')).toBe(said);
  });

  it('holds nobody back that has something to build on', () => {
    const emptied = onlyCandidate(pushed(calm('stable'), ['shop']));
    expect(say(emptied, 'web')).toBe(stays);
    expect(decide(emptied, 'shop')).toMatchObject({
      kind: 'bake',
      desired: { baseAmiId: amiOf('b-web/arm64') },
    });
  });
});

it('an image with one channel has no further ones', () => {
  expect(planned(settled(snapshotOf([image('base')]))).further).toEqual([]);
  expect(planned(catalog('stable')).further).toStrictEqual([
    { image: key('base'), channel: 'stable', state: { code: 'channel-empty', from: 'candidate' } },
  ]);
});
