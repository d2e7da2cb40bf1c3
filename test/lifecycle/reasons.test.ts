import { minuteMs } from '../../src/lib/definitions/instant';
import { known, unknown } from '../../src/lib/definitions/known';
import { judgeAdoption } from '../../src/lib/lifecycle/adoption';
import { claimedAtMsOf } from '../../src/lib/lifecycle/bake-id';
import { nextBuildStep, type BuildFacts, type BuildStep } from '../../src/lib/lifecycle/build-step';
import type { Bake } from '../../src/lib/lifecycle/bake';
import type { Channel } from '../../src/lib/lifecycle/channel';
import {
  announced,
  beginMove,
  blockMove,
  channelStatus,
  confirmMove,
  dropMove,
  newChannel,
} from '../../src/lib/lifecycle/channel-transitions';
import { confirmWithinMs, firstWrite, nextParameterStep } from '../../src/lib/lifecycle/parameter-step';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { aBake, aBuild, anAmi, noon } from './bakes';

const building: Partial<Bake> = { status: 'building', buildId: 'bake:1' };
const end = (status: 'abandoned' | 'rejected', message: string): BuildStep => ({
  do: 'end',
  status,
  failure: { class: status, message, lines: [] },
});

describe('the next step of a bake, with its reason', () => {
  const later = noon + 5 * minuteMs;
  it.each<[Partial<Bake>, BuildFacts, number, BuildStep]>([
    [{ status: 'testing' }, {}, noon, { do: 'wait', why: 'testing is not moved by its build' }],
    [building, {}, noon, { do: 'wait', why: 'the build was not read' }],
    [building, { build: unknown('down') }, noon, { do: 'wait', why: 'the build could not be read: down' }],
    [building, { build: known(undefined) }, noon, { do: 'wait', why: 'CodeBuild does not show bake:1 yet' }],
    [
      building,
      { build: known(undefined) },
      noon + 120 * minuteMs,
      end('abandoned', 'CodeBuild does not know build bake:1, which must have ended by now.'),
    ],
    [
      building,
      { build: known(aBuild({ status: 'IN_PROGRESS', phase: 'BUILD' })) },
      noon,
      { do: 'wait', why: 'building (BUILD)' },
    ],
    [
      building,
      { build: known(aBuild({ status: 'IN_PROGRESS' })) },
      noon,
      { do: 'wait', why: 'building (started)' },
    ],
    [
      building,
      { build: known(aBuild({ bakeId: undefined })) },
      noon,
      { do: 'adopt', amis: { 'eu-west-1': 'ami-0123456789abcdef0' } },
    ],
    [
      building,
      { build: known(aBuild({ bakeId: 'b-02' })) },
      noon,
      end('rejected', 'Build bake:1 carries BAKE_ID b-02, not b-01.'),
    ],
    [
      building,
      { build: known(aBuild({ exported: { AMIS: 'x'.repeat(201) } })) },
      noon,
      end('rejected', `Build bake:1 exported AMIS="${'x'.repeat(200)}", which is not region:ami-….`),
    ],
    [{}, { found: unknown('down') }, later, { do: 'wait', why: 'builds could not be listed: down' }],
    [{}, { found: known([]) }, later, { do: 'wait', why: 'no build with this BAKE_ID yet' }],
    [
      {},
      { found: known([]) },
      noon + 10 * minuteMs,
      end('abandoned', 'No build started within 10 minutes of the claim.'),
    ],
  ])('%#: %j', (change, facts, nowMs, step) => {
    expect(nextBuildStep(aBake(change), facts, nowMs)).toEqual(step);
  });
});

describe('an AMI that a build named', () => {
  const judge = (change: Partial<Parameters<typeof judgeAdoption>[1]>) =>
    judgeAdoption(aBake(building), {
      region: 'eu-west-1',
      amiId: 'ami-1',
      ami: anAmi(),
      account: '111111111111',
      nowMs: noon,
      ...change,
    });

  it.each<[string, Parameters<typeof judge>[0], object]>([
    [
      'is not there yet',
      { ami: undefined, buildEndedAtMs: noon, nowMs: noon + 5 * minuteMs - 1 },
      { verdict: 'wait', why: 'EC2 does not show ami-1 (eu-west-1) yet' },
    ],
    [
      'is not there, five minutes after its build ended',
      { ami: undefined, buildEndedAtMs: noon, nowMs: noon + 5 * minuteMs },
      { verdict: 'reject' },
    ],
    [
      'is waited for from the end of the build',
      { ami: undefined, buildEndedAtMs: noon + 9 * minuteMs, nowMs: noon + 10 * minuteMs },
      { verdict: 'wait' },
    ],
    [
      'is pending',
      { ami: anAmi({ state: 'pending' }) },
      { verdict: 'wait', why: 'ami-1 (eu-west-1) is still pending' },
    ],
    [
      'is as old as clocks differ',
      { ami: anAmi({ createdAtMs: noon - 5 * minuteMs }) },
      { verdict: 'adopt' },
    ],
    ['is older', { ami: anAmi({ createdAtMs: noon - 5 * minuteMs - 1 }) }, { verdict: 'reject' }],
    [
      'was made of nobody knows what',
      { ami: anAmi({ sourceAmiId: undefined }), ancestry: [] },
      {
        verdict: 'reject',
        why: 'ami-1 (eu-west-1) was built on an unknown AMI, not on the resolved base ami-0base0base. Does the template use var.source_ami?',
      },
    ],
  ])('%s', (_, change, verdict) => {
    expect(judge(change)).toMatchObject(verdict);
  });
});

describe('a parameter', () => {
  const write = firstWrite('/x', 'ami-1', noon);
  it.each<[string, Parameters<typeof nextParameterStep>, object]>([
    ['is pending from the start', [write, undefined, false, noon], { do: 'read' }],
    [
      'that is confirmed stays so',
      [{ ...write, state: 'confirmed' }, unknown('down'), true, noon],
      { do: 'confirmed' },
    ],
    [
      'that was refused is given up',
      [{ ...write, refusal: { code: 'PARAMETER_REFUSED', why: 'no' } }, undefined, false, noon],
      { do: 'refuse', refusal: { code: 'PARAMETER_REFUSED', why: 'no' } },
    ],
    [
      'that cannot be read is waited for',
      [write, unknown('down'), true, noon],
      { do: 'wait', untilMs: noon + confirmWithinMs },
    ],
    [
      'that reads nothing after three writes',
      [{ ...write, attempts: 3 }, known(undefined), true, noon],
      {
        do: 'refuse',
        refusal: {
          code: 'PARAMETER_NOT_TAKING',
          why: '/x was written 3 times with ami-1 and reads nothing.',
        },
      },
    ],
  ])('%s', (_, of, step) => {
    expect(write.state).toBe('pending');
    expect(nextParameterStep(...of)).toEqual(step);
  });
});

describe('a channel', () => {
  const to = toPublished(aBake({ amis: { 'eu-west-1': 'ami-1' } }), noon);
  const move = {
    to,
    cause: { code: 'published' as const, text: '' },
    parameters: { 'eu-west-1': '/x' },
    policyDigest: 'new',
  };
  const done = (channel: Channel, change: object = {}): Channel => ({
    ...channel,
    moving: {
      ...channel.moving!,
      tagged: true,
      shared: true,
      parameters: { 'eu-west-1': { ...firstWrite('/x', 'ami-1', noon), state: 'confirmed' } },
      ...change,
    },
  });
  const begun = beginMove(newChannel(), move, noon);
  const settled = announced(confirmMove(done(begun), noon), noon);

  it.each<[object, string]>([
    [{ tagged: false }, 'tags'],
    [{ shared: false }, 'launch permissions'],
    [{ tagged: false, shared: false }, 'tags, launch permissions'],
    [{ parameters: begun.moving!.parameters }, 'eu-west-1'],
  ])('does not move before all is done: %j', (change, missing) => {
    expect(() => confirmMove(done(begun, change), noon)).toThrow(
      new RegExp(`^A move cannot be confirmed before ${missing}\\.$`),
    );
  });

  it('begins untagged, unless its AMI carries its tags already', () => {
    expect(begun.moving).toMatchObject({ tagged: false, shared: false });
    expect(beginMove(newChannel(), { ...move, tagged: true }, noon).moving).toMatchObject({ tagged: true });
  });

  it('cannot be confirmed while it does not move', () => {
    expect(() => confirmMove(newChannel(), noon)).toThrow('A channel that is idle cannot be confirmed.');
    expect(() => dropMove(newChannel())).toThrow('A channel that is idle cannot give up a move.');
    expect(() => blockMove(newChannel(), { code: 'TAGS_REFUSED', why: '', sinceMs: 0 })).toThrow(
      'A channel that is idle cannot give up a move.',
    );
  });

  it('gives a move up as if it had never begun, but for its sequence', () => {
    const again = beginMove(settled, { ...move, to: { ...to, bakeId: 'b-02' } }, noon);
    expect(dropMove(again)).toEqual({ ...settled, lastSequence: noon + 1 });
    expect(channelStatus(dropMove(again))).toBe('idle');
  });

  const blocked = { code: 'SHARE_REFUSED' as const, why: 'no', sinceMs: noon };
  it.each<[string, Channel, string | undefined]>([
    [
      'of another bake leaves what is in force as it was',
      beginMove(settled, { ...move, to: { ...to, bakeId: 'b-02' } }, noon),
      'new',
    ],
    [
      'of what is in force may have shared some of it',
      beginMove(settled, { ...move, policyDigest: 'newer' }, noon),
      undefined,
    ],
    [
      'of what is in force, once it is shared, may not',
      done(beginMove(settled, { ...move, policyDigest: 'newer' }, noon)),
      'new',
    ],
    ['of a first bake leaves nothing', begun, undefined],
  ])('a move that is given up %s', (_, channel, policyDigest) => {
    const given = blockMove(channel, blocked);
    expect(given.policyDigest).toBe(policyDigest);
    expect('policyDigest' in given).toBe(policyDigest !== undefined);
    expect(given.blocked).toEqual(blocked);
  });

  it('remembers the highest sequence that was announced', () => {
    expect(announced(settled, noon + 5)).toEqual({ ...settled, announcedSequence: noon + 5 });
    expect(announced(settled, 3)).toEqual(settled);
  });
});

it.each([
  ['b-01arz3ndektsv4rrffq69g5fav', 1_469_922_850_259],
  ['xb-01arz3ndektsv4rrffq69g5fav', undefined],
  ['b-01arz3ndektsv4rrffq69g5favx', undefined],
  ['b-81arz3ndektsv4rrffq69g5fav', undefined],
  ['', undefined],
])('%s was claimed at %p', (id, atMs) => {
  expect(claimedAtMsOf(id)).toBe(atMs);
});
