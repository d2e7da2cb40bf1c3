import type { Base } from '../../src/lib/definitions/catalog';
import { findUpstream } from '../../src/lib/bases/upstream';
import type { UpstreamRecord } from '../../src/lib/lifecycle/upstream-record';

const name = 'platform/base-al2023/x86_64@stable';
const base: Extract<Base, { kind: 'upstream' }> = {
  kind: 'upstream',
  bakery: 'platform',
  image: 'base-al2023/x86_64',
  channel: 'stable',
};
const announced: UpstreamRecord = {
  bakery: 'platform',
  image: 'base-al2023/x86_64',
  channel: 'stable',
  account: '111111111111',
  version: 1,
  sequence: 1,
  bakeId: 'b-1',
  inputHash: 'aa',
  commitId: 'c0ffee',
  amis: { 'eu-west-1': 'ami-0a', 'eu-central-1': 'ami-0b' },
  ancestry: [],
  publishedAtMs: 0,
  receivedAtMs: 0,
  revoked: [],
};
const find = async (region: string) => {
  const [found] = await findUpstream([base], {
    region,
    upstreams: new Map([[name, announced]]),
    followed: new Set(['platform']),
  } as unknown as Parameters<typeof findUpstream>[1]);
  return found;
};

test.each([
  ['eu-west-1', 'ami-0a'],
  ['eu-central-1', 'ami-0b'],
])('a bakery in %s builds on the announced AMI of its own region', async (region, amiId) => {
  expect(await find(region)).toMatchObject({ state: 'found', amiId, ancestry: [{ amiId }] });
});

test('where nothing was announced for its region it is blocked, and told where there is something', async () => {
  expect(await find('us-east-1')).toMatchObject({
    state: 'unusable',
    code: 'BASE_MISSING',
    why: `${name} was announced for eu-west-1, eu-central-1, not for us-east-1`,
  });
});
