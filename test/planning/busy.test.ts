import type { Bake } from '../../src/lib/lifecycle/bake';
import type { Channel, ChannelMove, ParameterWrite } from '../../src/lib/lifecycle/channel';
import { newImageRecord, type ImageRecord } from '../../src/lib/lifecycle/image-record';
import { busyWith } from '../../src/lib/planning/busy';
import { asked } from './small-world';

const write = (name: string, state: ParameterWrite['state']): ParameterWrite => ({
  name,
  value: 'ami-1',
  state,
  attempts: 1,
  deadlineMs: 0,
});
const moving = (bakeId: string, parameters: ParameterWrite[] = []): Channel => ({
  announcedSequence: 0,
  lastSequence: 0,
  moving: {
    to: { bakeId },
    shared: true,
    tagged: true,
    parameters: Object.fromEntries(parameters.map((one, index) => [`region-${index}`, one])),
  } as unknown as ChannelMove,
});
const quiet: Channel = { announcedSequence: 0, lastSequence: 0 };
const record = (change: Partial<ImageRecord>): ImageRecord => ({ ...newImageRecord('web/arm64'), ...change });
const reasonOf = (change: Partial<ImageRecord>, policyDigest?: string) =>
  busyWith(record(change), 'stable', policyDigest)?.decision.reason;

describe('what an image is busy with', () => {
  it('nothing: it is new, or nothing moves', () => {
    expect(busyWith(undefined, 'stable')).toBeUndefined();
    expect(busyWith(record({ channels: { stable: quiet } }), 'stable')).toBeUndefined();
  });

  const live = { id: 'b-1', status: 'testing', inputHash: 'h', notBefore: 7 } as Bake;
  it.each([
    ['a first attempt', undefined, false],
    ['a retry', 'h@7', true],
    ['another state than the one that failed', 'h@8', false],
  ])('its bake: %s', (_, failed, retrying) => {
    const trouble = failed === undefined ? {} : { trouble: { desired: failed } as ImageRecord['trouble'] };
    expect(busyWith(record({ live, ...trouble, channels: { stable: moving('b-2') } }), 'stable')).toEqual({
      decision: { kind: 'wait', reason: { code: 'baking', bakeId: 'b-1', status: 'testing' } },
      retrying,
    });
  });

  it.each<[string, Partial<Bake>, object | undefined]>([
    ['its first test', { test: { attempt: 1 } as Bake['test'] }, {}],
    ['its second test', { test: { attempt: 2 } as Bake['test'] }, { attempt: 2 }],
    ['no bake that waits for a person', { status: 'approval' }, undefined],
  ])('%s', (_, change, more) => {
    const busy = busyWith(record({ live: { ...live, ...change } }), 'stable');
    expect(busy?.decision.reason).toEqual(
      more && { code: 'baking', bakeId: 'b-1', status: 'testing', ...more },
    );
  });

  it('copies: the regions that are not there yet, with the attempt', () => {
    const copy = (state: string, attempts: number) => ({ state, attempts, sinceMs: 0 });
    const distribution = {
      copies: { 'us-east-1': copy('done', 1), 'eu-central-1': copy('sent', 2), 'ap-south-1': copy('due', 1) },
    } as unknown as NonNullable<Bake['distribution']>;
    const copies = ['ap-south-1', 'eu-central-1 (attempt 2)'];
    expect(reasonOf({ live: { ...live, status: 'distributing', distribution } })).toMatchObject({ copies });
    const stable = moving('b-1');
    stable.moving = { ...stable.moving!, distribution };
    expect(reasonOf({ channels: { stable } })).toMatchObject({ code: 'publishing', copies });
  });

  it('its channel, with the parameters that are not confirmed yet, sorted', () => {
    const stable = moving('b-1', [write('/b', 'pending'), write('/c', 'confirmed'), write('/a', 'refused')]);
    expect(busyWith(record({ channels: { stable } }), 'stable')).toEqual({
      decision: {
        kind: 'wait',
        reason: { code: 'publishing', bakeId: 'b-1', channel: 'stable', pending: ['/a', '/b'] },
      },
      retrying: false,
    });
  });

  it.each<[string, Record<string, Channel>, string]>([
    ['the first before others', { a: moving('b-a'), stable: moving('b-s'), z: moving('b-z') }, 'stable'],
    ['another where the first does not', { candidate: moving('b-c'), stable: quiet }, 'candidate'],
    ['of others the first by name', { z: moving('b-z'), a: quiet, b: moving('b-b'), c: moving('b-c') }, 'b'],
    ['whatever their order', { b: moving('b-b'), z: moving('b-z') }, 'b'],
  ])('the channel that moves: %s', (_, channels, channel) => {
    expect(reasonOf({ channels })).toMatchObject({ code: 'publishing', channel });
  });

  const stuck = (policyDigest?: string): Channel => ({
    ...quiet,
    blocked: {
      code: 'TAGS_REFUSED',
      why: 'EC2 says no',
      sinceMs: 1,
      ...(policyDigest === undefined ? {} : { policyDigest }),
    },
  });
  it.each<[string, Partial<ImageRecord>, string | undefined, boolean]>([
    ['of the first channel', { channels: { stable: stuck() } }, 'p1', true],
    ['of another channel', { channels: { stable: quiet, candidate: stuck() } }, 'p1', false],
    ['until a person asks', { asked, channels: { stable: stuck() } }, 'p1', false],
    ['with the policy that EC2 refused', { channels: { stable: stuck('p1') } }, 'p1', true],
    ['until the policy is another one', { channels: { stable: stuck('p1') } }, 'p2', false],
    ['where no policy is in force any more', { channels: { stable: stuck('p1') } }, undefined, false],
  ])('a move that was given up blocks: %s', (_, change, policyDigest, blocks) => {
    expect(reasonOf(change, policyDigest)).toEqual(
      blocks ? { code: 'parameter', why: 'EC2 says no' } : undefined,
    );
  });
});
