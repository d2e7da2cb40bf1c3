import { known, unknown } from '../../src/lib/definitions/known';
import type { Channel } from '../../src/lib/lifecycle/channel';
import { mirrorStatus } from '../../src/lib/lifecycle/mirror';
import type { AmiObservation } from '../../src/lib/lifecycle/observation';
import type { UpstreamRecord } from '../../src/lib/lifecycle/upstream-record';
import { anAmi } from './bakes';

const region = 'eu-west-1';
const upstream = {
  bakery: 'platform',
  account: '111111111111',
  sequence: 7,
  bakeId: 'b-7',
  amis: { [region]: 'ami-7' },
  revoked: ['b-1'],
} as unknown as UpstreamRecord;
const seen = (change: Partial<AmiObservation> = {}) => known(new Map([['ami-7', anAmi(change)]]));
const channel = (change: object = {}): Channel => ({ announcedSequence: 0, lastSequence: 6, ...change });
const current = (amiId: string) => ({ current: { amis: { [region]: amiId } } });
const blocked = { blocked: { code: 'PARAMETER_FOREIGN', why: '/x is not ours', sinceMs: 0 } };

describe('a mirrored channel', () => {
  it.each<
    [string, string, Channel | undefined, UpstreamRecord | undefined, Parameters<typeof mirrorStatus>[2]]
  >([
    ['behind', 'platform announced ami-7', undefined, upstream, seen()],
    ['behind', 'platform announced ami-7', channel(current('ami-6')), upstream, seen()],
    ['current', 'ami-7 is what platform announced last', channel(current('ami-7')), upstream, seen()],
    [
      'blocked',
      'bake b-7 was revoked',
      channel(current('ami-7')),
      { ...upstream, revoked: ['b-7'] },
      unknown('down'),
    ],
    [
      'moving',
      'moving to ami-8',
      channel({ ...current('ami-7'), moving: { to: { amis: { [region]: 'ami-8' } } } }),
      upstream,
      seen(),
    ],
    ['silent', 'nothing has been announced yet', channel(), undefined, seen()],
    ['not-visible', 'nothing was announced for eu-west-1', undefined, { ...upstream, amis: {} }, seen()],
    ['blocked', 'bake b-7 was revoked', undefined, { ...upstream, revoked: ['b-7'] }, seen()],
    [
      'withdrawn',
      'bake b-7 was revoked: openssl; nothing good is left',
      channel(current('ami-7')),
      { ...upstream, withdrawn: true, reasons: { 'b-7': 'openssl' } },
      unknown('down'),
    ],
    [
      'blocked',
      'bake b-7 was revoked; nothing good is left',
      channel(),
      { ...upstream, withdrawn: true },
      unknown('down'),
    ],
    ['blocked', '/x is not ours', channel({ ...blocked, lastSequence: 7 }), upstream, seen()],
    ['behind', 'platform announced ami-7', channel({ ...blocked, lastSequence: 6 }), upstream, seen()],
    ['behind', 'platform announced ami-7', channel({ lastSequence: 7 }), upstream, seen()],
    ['unknown', 'EC2 could not be asked: throttled', undefined, upstream, unknown('throttled')],
    ['not-visible', 'EC2 does not show ami-7 to this account', undefined, upstream, known(new Map())],
    [
      'blocked',
      'ami-7 belongs to 999999999999, not to 111111111111',
      undefined,
      upstream,
      seen({ ownerId: '999999999999' }),
    ],
    ['not-visible', 'ami-7 is pending', undefined, upstream, seen({ state: 'pending' })],
  ])('is %s: %s', (code, text, of, announced, ec2) => {
    expect(mirrorStatus(of, announced, ec2, region)).toEqual({ code, text });
  });
});
