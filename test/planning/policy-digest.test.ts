import { policyDigest, policyDigests, type AmiPolicy } from '../../src/lib/planning/policy-digest';
import { image } from './snapshot-builder';

const policy: AmiPolicy = {
  share: { accounts: ['111111111111', '222222222222'], organizations: ['o-1'], organizationalUnits: [] },
  tags: { CostCenter: '4711', Team: 'web' },
};

describe('the digest of sharing and tags', () => {
  it('does not depend on their order', () => {
    const turned: AmiPolicy = {
      share: { ...policy.share, accounts: ['222222222222', '111111111111'] },
      tags: { Team: 'web', CostCenter: '4711' },
    };
    expect(policyDigest(turned)).toBe(policyDigest(policy));
    expect(policyDigest(policy)).toMatch(/^[0-9a-f]{64}$/);
  });

  const others: [string, AmiPolicy][] = [
    ['an account more', { ...policy, share: { ...policy.share, accounts: [...policy.share.accounts, '3'] } }],
    ['an organization less', { ...policy, share: { ...policy.share, organizations: [] } }],
    [
      'an organization as a unit',
      { ...policy, share: { ...policy.share, organizations: [], organizationalUnits: ['o-1'] } },
    ],
    ['another value', { ...policy, tags: { ...policy.tags, Team: 'shop' } }],
    ['another tag', { ...policy, tags: { ...policy.tags, Stage: 'prod' } }],
    ['values swapped', { ...policy, tags: { CostCenter: 'web', Team: '4711' } }],
  ];

  it.each(others)('tells %s', (_, other) => {
    expect(policyDigest(other)).not.toBe(policyDigest(policy));
  });
});

test('a catalog has the digest of each of its images', () => {
  const [web, app] = [image('web', policy), image('app')];
  expect(policyDigests({ images: [web, app] })).toEqual({
    'web/arm64': policyDigest(policy),
    'app/arm64': policyDigest(app),
  });
});
