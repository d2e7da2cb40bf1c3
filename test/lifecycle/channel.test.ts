import fc from 'fast-check';
import type { Channel } from '../../src/lib/lifecycle/channel';
import {
  announced,
  beginMove,
  blockMove,
  channelStatus,
  confirmMove,
  givenBy,
  newChannel,
  nextSequence,
} from '../../src/lib/lifecycle/channel-transitions';
import { LifecycleError } from '../../src/lib/lifecycle/lifecycle-error';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { aBake, noon } from './bakes';

const amis = { 'eu-west-1': 'ami-0123456789abcdef0' };
const move = {
  to: toPublished(aBake({ amis }), noon),
  cause: { code: 'published' as const, text: 'first bake' },
  parameters: { 'eu-west-1': '/bakery/web/x86_64/stable' },
  policyDigest: 'pp',
};
const moving = (channel = newChannel(), nowMs = noon) => beginMove(channel, move, nowMs);

const done = (channel: Channel): Channel => {
  const { moving: begun } = channel;
  if (begun === undefined) return channel;
  const parameters = Object.fromEntries(
    Object.entries(begun.parameters).map(([region, write]) => [
      region,
      { ...write, state: 'confirmed' as const },
    ]),
  );
  return { ...channel, moving: { ...begun, tagged: true, shared: true, parameters } };
};

test('idle, moving, confirmed, announced', () => {
  const begun = moving();
  expect(channelStatus(begun)).toBe('moving');
  expect(begun.current).toBeUndefined();
  const confirmed = confirmMove(done(begun), noon + 1);
  expect(channelStatus(confirmed)).toBe('confirmed');
  expect(confirmed).toMatchObject({
    current: { bakeId: 'b-01', amis, sequence: noon, publishedAtMs: noon + 1 },
    policyDigest: 'pp',
    parameterNames: { 'eu-west-1': '/bakery/web/x86_64/stable' },
  });
  expect(channelStatus(announced(confirmed, noon))).toBe('idle');
});

test('a channel never moves before tags, permissions and every region are confirmed', () => {
  const begun = moving();
  expect(() => confirmMove(begun, noon)).toThrow(/before tags, launch permissions, eu-west-1/);
  const half = { ...begun, moving: { ...begun.moving!, tagged: true, shared: true } };
  expect(() => confirmMove(half, noon)).toThrow(LifecycleError);
});

test('a channel that moves does not begin another move', () => {
  expect(() => moving(moving())).toThrow('A channel that is moving cannot begin to move to b-01.');
});

test('a move that is given up leaves the channel where it was, and uses up its sequence', () => {
  const first = confirmMove(done(moving()), noon);
  const why = { code: 'PARAMETER_NOT_TAKING' as const, why: 'reads nothing', sinceMs: noon };
  const blocked = blockMove(moving(first, noon), why);
  expect(blocked.current).toEqual(first.current);
  expect(blocked.lastSequence).toBe(noon + 1);
  expect(moving(blocked, noon).blocked).toBeUndefined();
});

test('whom a move that is given up may have shared the AMI in force with stays known', () => {
  const share = (...accounts: string[]) => ({ accounts, organizations: [], organizationalUnits: [] });
  const why = { code: 'SHARE_REFUSED' as const, why: 'no', sinceMs: noon };
  const shared = { ...move, to: { ...move.to, granted: share('222222222222') } };
  const first = confirmMove(done(beginMove(newChannel(), shared, noon)), noon);
  const again = beginMove(first, { ...shared, granting: share('333333333333') }, noon);
  expect(blockMove(again, why).current).toEqual({
    ...first.current,
    granted: share('222222222222', '333333333333'),
  });
  const other = { ...move, to: { ...move.to, bakeId: 'b-02' }, granting: share('333333333333') };
  expect(blockMove(beginMove(first, other, noon), why).current).toEqual(first.current);
  expect(givenBy(beginMove(first, other, noon).moving!)).toEqual(share('333333333333'));
  expect(givenBy(moving().moving!)).toBeUndefined();
  const nobody = { ...move, to: { ...move.to, granted: share() } };
  expect(givenBy(beginMove(newChannel(), nobody, noon).moving!)).toEqual(share());
  expect(givenBy(beginMove(newChannel(), { ...move, granting: share() }, noon).moving!)).toBeUndefined();
  expect(blockMove(moving(), why)).not.toHaveProperty('current');
});

test('sequences only grow, whatever the clock does and however moves end', () => {
  const event = fc.record({ nowMs: fc.integer({ min: 0, max: 2 * noon }), givenUp: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), (events) => {
      let channel = newChannel();
      let last = 0;
      for (const { nowMs, givenUp } of events) {
        const begun = moving(channel, nowMs);
        const { sequence } = begun.moving!.to;
        expect(sequence).toBeGreaterThan(last);
        expect(sequence).toBe(nextSequence(channel, nowMs));
        last = sequence;
        channel = givenUp
          ? blockMove(begun, { code: 'SHARE_REFUSED', why: '', sinceMs: nowMs })
          : confirmMove(done(begun), nowMs);
      }
    }),
  );
});

test('a sequence that comes from an upstream must be above the last one', () => {
  const first = beginMove(newChannel(), { ...move, sequence: 5 }, noon);
  expect(first.lastSequence).toBe(5);
  expect(() => beginMove(confirmMove(done(first), noon), { ...move, sequence: 5 }, noon)).toThrow(
    'Sequence 5 is not above 5.',
  );
});
