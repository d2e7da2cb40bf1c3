import { judgeAmi, type AmiAdoptionFacts } from '../../src/lib/lifecycle/ami-adoption';
import { anAmi } from './bakes';

const web = {
  key: 'web/x86_64' as const,
  architecture: 'x86_64' as const,
  channels: ['candidate', 'stable'],
};
const arm = { ...web, key: 'web/arm64' as const, architecture: 'arm64' as const };
const ami = anAmi({ tags: {} });
const judge = (change: Partial<AmiAdoptionFacts> = {}) =>
  judgeAmi({
    amiId: ami.amiId,
    ami,
    region: 'eu-west-1',
    account: '111111111111',
    bakery: 'platform',
    images: [web],
    ...change,
  });

describe('an AMI that was made elsewhere is adopted', () => {
  it.each<[string, Partial<AmiAdoptionFacts>, string, string]>([
    ['to the first channel', {}, 'web/x86_64', 'candidate'],
    ['to the channel that is named', { channel: 'stable' }, 'web/x86_64', 'stable'],
    ['to the image of its architecture', { images: [arm, web] }, 'web/x86_64', 'candidate'],
    [
      'by the bakery that made it',
      { ami: anAmi({ tags: { 'bakery:bake': 'b-1', bakery: 'platform' } }) },
      'web/x86_64',
      'candidate',
    ],
    [
      'with the tag of a bake and of no bakery',
      { ami: anAmi({ tags: { 'bakery:bake': 'b-1' } }) },
      'web/x86_64',
      'candidate',
    ],
    [
      'with a tag that only looks like one',
      { ami: anAmi({ tags: { bakery: 'other' } }) },
      'web/x86_64',
      'candidate',
    ],
  ])('%s', (_, change, image, channel) => {
    expect(judge(change)).toEqual({ verdict: 'adopt', image, channel, ami: change.ami ?? ami });
  });

  it('to stable where an image names no channel, and only if it has that', () => {
    expect(judge({ images: [{ ...web, channels: [] }] })).toEqual({
      verdict: 'refuse',
      why: 'web/x86_64 has no channel stable, only ',
    });
  });
});

it.each<[Partial<AmiAdoptionFacts>, string]>([
  [{ ami: undefined }, 'EC2 does not show ami-0123456789abcdef0 in eu-west-1 to account 111111111111'],
  [{ ami: anAmi({ ownerId: '9' }) }, 'ami-0123456789abcdef0 belongs to account 9, not to 111111111111'],
  [{ ami: anAmi({ state: 'pending' }) }, 'ami-0123456789abcdef0 is pending, not available'],
  [{ images: [arm] }, 'ami-0123456789abcdef0 is x86_64, which web/arm64 is not'],
  [
    { images: [arm, { ...arm, key: 'app/arm64' }] },
    'ami-0123456789abcdef0 is x86_64, which web/arm64 and app/arm64 are not',
  ],
  [
    { ami: anAmi({ tags: { 'bakery:bake': 'b-1', bakery: 'other' } }) },
    'ami-0123456789abcdef0 was made by the bakery other, which keeps it',
  ],
  [{ channel: 'edge' }, 'web/x86_64 has no channel edge, only candidate, stable'],
])('refused: %#', (change, why) => {
  expect(judge(change)).toEqual({ verdict: 'refuse', why });
});
