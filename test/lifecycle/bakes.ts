import type { Bake } from '../../src/lib/lifecycle/bake';
import type { AmiObservation, BuildObservation } from '../../src/lib/lifecycle/observation';

export const noon = Date.parse('2026-11-22T12:00:00Z');

export const aBake = (changes: Partial<Bake> = {}): Bake => ({
  id: 'b-01',
  image: 'web/x86_64',
  status: 'claimed',
  inputHash: 'aa',
  contentDigest: 'cc',
  notBefore: 0,
  baseAmiId: 'ami-0base0base',
  commitId: 'c0ffee',
  inputs: [],
  ancestry: [{ amiId: 'ami-0base0base' }],
  cause: { code: 'first-bake', text: 'it has never been published' },
  claimedAtMs: noon,
  slot: 0,
  request: {
    projectName: 'bake',
    sourceVersion: 'c0ffee',
    idempotencyToken: 'b-01',
    timeoutInMinutes: 60,
    environment: { BAKE_ID: 'b-01' },
  },
  ...changes,
});

export const aBuild = (changes: Partial<BuildObservation> = {}): BuildObservation => ({
  buildId: 'bake:1',
  status: 'SUCCEEDED',
  bakeId: 'b-01',
  endedAtMs: noon,
  exported: { AMIS: 'eu-west-1:ami-0123456789abcdef0' },
  ...changes,
});

export const anAmi = (changes: Partial<AmiObservation> = {}): AmiObservation => ({
  amiId: 'ami-0123456789abcdef0',
  ownerId: '111111111111',
  name: 'web-x86_64-b-01',
  state: 'available',
  architecture: 'x86_64',
  createdAtMs: noon + 60_000,
  sourceAmiId: 'ami-0base0base',
  tags: { 'bakery:bake': 'b-01' },
  snapshotIds: ['snap-1'],
  ...changes,
});
