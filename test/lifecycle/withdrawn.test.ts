import type { Channel } from '../../src/lib/lifecycle/channel';
import {
  announceAgain,
  announced,
  beginMove,
  channelStatus,
  confirmMove,
  dropMove,
  newChannel,
  withdraw,
} from '../../src/lib/lifecycle/channel-transitions';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { aBake, noon } from './bakes';

const amis = { 'eu-west-1': 'ami-0123456789abcdef0' };
const of = (id: string) => ({
  to: toPublished(aBake({ id, amis }), noon),
  cause: { code: 'published' as const, text: 'x' },
  parameters: { 'eu-west-1': '/bakery/web/x86_64/stable' },
  policyDigest: 'pp',
});
const confirmed = (channel: Channel, nowMs: number): Channel => {
  const begun = channel.moving!;
  const parameters = { 'eu-west-1': { ...begun.parameters['eu-west-1']!, state: 'confirmed' as const } };
  return confirmMove({ ...channel, moving: { ...begun, tagged: true, shared: true, parameters } }, nowMs);
};
const published = announced(confirmed(beginMove(newChannel(), of('b-1'), noon), noon), noon);
const alice = { by: 'alice', why: 'openssl' };

describe('announced again', () => {
  test('where it stays: under a larger sequence, and owed', () => {
    const again = announceAgain(published, noon + 5);
    expect(again).toEqual({
      ...published,
      lastSequence: noon + 5,
      current: { ...published.current, sequence: noon + 5 },
    });
    expect(channelStatus(again)).toBe('confirmed');
    expect(announceAgain(published, noon - 5).current?.sequence).toBe(noon + 1);
  });

  test('where it is moving: the move ends above it, and if it is given up the rest is owed', () => {
    const moving = beginMove(published, of('b-2'), noon + 1);
    const again = announceAgain(moving, noon + 5);
    expect(again.current?.sequence).toBe(noon + 5);
    expect(again.moving?.to.sequence).toBe(noon + 6);
    expect(again.lastSequence).toBe(noon + 6);
    expect(channelStatus(confirmed(again, noon + 7))).toBe('confirmed');
    expect(channelStatus(dropMove(again))).toBe('confirmed');
  });

  test('where it points at nothing any more: that is told again; while it moves, the move tells', () => {
    const left = withdraw(published, alice, noon + 5);
    const sequence = noon + 9;
    expect(announceAgain(left, sequence)).toEqual({
      ...left,
      lastSequence: sequence,
      withdrawn: { ...left.withdrawn, sequence },
    });
    const moving = beginMove(left, of('b-2'), noon + 6);
    expect(announceAgain(moving, sequence)).toEqual(moving);
  });

  test('where it has nothing: nothing', () => {
    expect(announceAgain(newChannel(), noon)).toEqual(newChannel());
  });
});

describe('withdrawn', () => {
  const pin = { by: 'bob', why: 'x', atMs: noon, until: 'commit' as const, commandId: 'c-1' };
  const blocked = { code: 'PARAMETER_FOREIGN' as const, why: 'x', sinceMs: noon };
  const left = withdraw({ ...published, pin, past: ['b-0'], blocked }, alice, noon + 5);

  test('it points at nothing, keeps what is a person’s, and is owed', () => {
    expect(left).toEqual({
      announcedSequence: noon,
      lastSequence: noon + 5,
      pin,
      past: ['b-0'],
      withdrawn: { bakeId: 'b-1', sequence: noon + 5, amis, ...alice, atMs: noon + 5 },
    });
    expect(channelStatus(left)).toBe('confirmed');
    expect(channelStatus(announced(left, noon + 5))).toBe('idle');
  });

  test('until it has something again, above all that was told', () => {
    const begun = beginMove(left, of('b-2'), noon);
    expect(begun.moving?.to.sequence).toBe(noon + 6);
    const back = confirmed(begun, noon + 7);
    expect(back.withdrawn).toBeUndefined();
    expect(back.current?.bakeId).toBe('b-2');
  });

  test.each<[string, Channel, string]>([
    ['has nothing', newChannel(), 'A channel that has nothing cannot be withdrawn.'],
    ['is moving', beginMove(published, of('b-2'), noon + 1), 'A channel that is moving cannot be withdrawn.'],
  ])('not one that %s', (_, channel, message) => {
    expect(() => withdraw(channel, alice, noon)).toThrow(message);
  });
});
