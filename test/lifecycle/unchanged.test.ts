import type { Bake } from '../../src/lib/lifecycle/bake';
import type { Channel, Published } from '../../src/lib/lifecycle/channel';
import { newChannel } from '../../src/lib/lifecycle/channel-transitions';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { judgeUnchanged, raised, type UnchangedFacts } from '../../src/lib/lifecycle/unchanged';
import { aBake, noon } from './bakes';

const day = 86_400_000;
const told = { packages: { hash: 'a'.repeat(64), count: 312 }, builder: 'packer 1.16.0' };

/** Last night's, as far as it has been tested. */
const before = (changes: Partial<Published> = {}): Published => ({
  ...toPublished(aBake({ id: 'b-01', notBefore: noon - day, ...told }), noon - day),
  sequence: 1,
  ...changes,
});
/** Tonight's. */
const bake = (changes: Partial<Bake> = {}): Bake =>
  aBake({ id: 'b-02', status: 'building', notBefore: noon, ...told, ...changes });

const facts = (changes: Partial<UnchangedFacts> = {}): UnchangedFacts => ({
  bake: bake(),
  channel: { ...newChannel(), current: before() },
  ready: undefined,
  publish: 'if-changed',
  gates: { approval: false },
  ...changes,
});
const channel = (changes: Partial<Channel>): Partial<UnchangedFacts> => ({
  channel: { ...newChannel(), current: before(), ...changes },
});
const published = (changes: Partial<Published>): Partial<UnchangedFacts> =>
  channel({ current: before(changes) });
const moving = { to: before() } as Channel['moving'];
const { packages: _packages, ...untold } = before();
const { builder: _builder, ...unbuilt } = before();

it('a night that came to what is published is unchanged', () => {
  expect(judgeUnchanged(facts())).toEqual({ verdict: 'unchanged', than: 'current' });
});

it.each<[string, Partial<UnchangedFacts>]>([
  ['every bake is published', { publish: 'always' }],
  ['every bake is published', { publish: undefined }],
  ['ada asked for it', { bake: bake({ asked: { commandId: 'c', by: 'ada', why: '', atMs: noon } }) }],
  ['nothing is published yet', { channel: undefined }],
  ['nothing is published yet', { channel: newChannel() }],
  ['the channel is pinned', channel({ pin: { by: 'ada' } as Channel['pin'] })],
  ['the channel could not be moved', channel({ blocked: { why: 'no' } as Channel['blocked'] })],
  ['what is published is of old/x86_64', published({ image: 'old/x86_64' })],
  ['what is published was made elsewhere', published({ adopted: { by: 'ada', why: '', atMs: noon } })],
  ['it is made of other inputs, or on another base', { bake: bake({ contentDigest: 'dd' }) }],
  ['it is made of other inputs, or on another base', { bake: bake({ baseAmiId: 'ami-0other' }) }],
  ['it is on another base', { bake: bake({ ancestry: [{ amiId: 'ami-0other' }] }) }],
  ['it is on another base', { bake: bake({ ancestry: [] }) }],
  ['it is on another base', published({ ancestry: [] })],
  ['its schedule was not what asked for it', { bake: bake({ notBefore: noon - day }) }],
  ['its packages are not known', { bake: bake({ packages: undefined }) }],
  ['its packages are not known', channel({ current: untold })],
  ['its packages are others', { bake: bake({ packages: { hash: 'b'.repeat(64), count: 312 } }) }],
  ['its builder is not known', { bake: bake({ builder: undefined }) }],
  ['its builder is not known', channel({ current: unbuilt })],
  ['its builder is another', { bake: bake({ builder: 'packer 1.16.1' }) }],
  [
    'what is published has not passed the tests of now',
    { gates: { tests: { objectId: 't' }, approval: false } },
  ],
  [
    'what is published has not passed the tests of now',
    {
      ...published({ tests: { objectId: 's', checks: 1 } }),
      gates: { tests: { objectId: 't' }, approval: false },
    },
  ],
  [
    'what is published has not passed the tests of now',
    { gates: { tests: { objectId: undefined }, approval: false } },
  ],
  ['nobody has agreed to what is published', { gates: { approval: true } }],
])('changed: %s', (why, changes) => {
  expect(judgeUnchanged(facts(changes))).toEqual({ verdict: 'changed', why });
});

it.each<[string, Partial<UnchangedFacts>]>([
  [
    'what has passed the tests of now, and was agreed to',
    {
      ...published({ tests: { objectId: 't', checks: 1 }, approved: { by: 'ada', why: '', atMs: noon } }),
      gates: { tests: { objectId: 't' }, approval: true },
    },
  ],
  [
    'a template that chooses the same base',
    {
      ...published({ baseAmiId: undefined }),
      bake: bake({ baseAmiId: undefined }),
    },
  ],
  ['a second attempt', { bake: bake({ cause: { code: 'retry', text: '' } }) }],
])('unchanged: %s', (_what, changes) => {
  expect(judgeUnchanged(facts(changes))).toEqual({ verdict: 'unchanged', than: 'current' });
});

it('waits while the channel moves, and not where the bake is another anyway', () => {
  expect(judgeUnchanged(facts(channel({ moving })))).toEqual({ verdict: 'wait' });
  const other = bake({ packages: { hash: 'b'.repeat(64) } });
  expect(judgeUnchanged(facts({ ...channel({ moving }), bake: other }))).toMatchObject({
    verdict: 'changed',
  });
});

describe('what waits for the window', () => {
  const { sequence: _none, ...ready } = before({ bakeId: 'b-015', packages: { hash: 'b'.repeat(64) } });
  it('is what the night is held against, if it is made of the same', () => {
    expect(judgeUnchanged(facts({ ready }))).toEqual({ verdict: 'changed', why: 'its packages are others' });
    const equal = bake({ packages: { hash: 'b'.repeat(64) } });
    expect(judgeUnchanged(facts({ ready, bake: equal }))).toEqual({ verdict: 'unchanged', than: 'ready' });
  });
  it('is no matter where it is made of something else', () => {
    const other = { ...ready, contentDigest: 'dd' };
    expect(judgeUnchanged(facts({ ready: other }))).toEqual({ verdict: 'unchanged', than: 'current' });
  });
});

it('what is published counts as made in the last such night, and remembers how many there were', () => {
  const once = raised(before(), { id: 'b-02', notBefore: noon }, noon + 1);
  expect(once).toEqual({
    ...before(),
    notBefore: noon,
    unchanged: { bakeId: 'b-02', atMs: noon + 1, times: 1 },
  });
  const twice = raised(once, { id: 'b-03', notBefore: noon - 2 * day }, noon + 2);
  expect(twice).toMatchObject({ notBefore: noon, unchanged: { bakeId: 'b-03', atMs: noon + 2, times: 2 } });
});
