import * as fc from 'fast-check';
import {
  openTo,
  refusedActions,
  type Party,
  type PolicyStatement,
} from '../../src/lib/preflight/policy-document';

const shop: Party = { account: '222222222222' };
const organization: Party = { organization: 'o-exampleorgid' };
const root = 'arn:aws:iam::222222222222:root';
const allow = (more: object): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { AWS: root },
  Action: 'kms:*',
  Resource: '*',
  ...more,
});

describe('who is refused what', () => {
  test.each<[string, PolicyStatement | PolicyStatement[], Party, string[]]>([
    ['the account by its root', allow({}), shop, []],
    ['the account by its number', allow({ Principal: { AWS: '222222222222' } }), shop, []],
    ['one role of the account', allow({ Principal: { AWS: [`${root.slice(0, -4)}role/x`] } }), shop, []],
    ['everybody', allow({ Principal: '*' }), shop, []],
    [
      'another account',
      allow({ Principal: { AWS: '333333333333' } }),
      shop,
      ['kms:Decrypt', 'kms:CreateGrant'],
    ],
    [
      'a service',
      allow({ Principal: { Service: 'ec2.amazonaws.com' } }),
      shop,
      ['kms:Decrypt', 'kms:CreateGrant'],
    ],
    ['a part of it', allow({ Action: ['kms:decrypt'] }), shop, ['kms:CreateGrant']],
    [
      'all but a part of it',
      allow({ Action: undefined, NotAction: 'kms:Create*' }),
      shop,
      ['kms:CreateGrant'],
    ],
    ['in two statements', [allow({ Action: 'kms:Dec*' }), allow({ Action: 'kms:CreateGrant' })], shop, []],
    [
      'allowed and denied',
      [allow({}), allow({ Effect: 'Deny', Action: 'kms:Decrypt' })],
      shop,
      ['kms:Decrypt'],
    ],
    [
      'allowed, and denied where a condition holds that may never hold',
      [allow({}), allow({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      shop,
      [],
    ],
    [
      'denied to one of its roles',
      [allow({}), allow({ Effect: 'Deny', Principal: { AWS: `${root.slice(0, -4)}role/x` } })],
      shop,
      [],
    ],
    [
      'everybody of another account',
      allow({ Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': '333333333333' } } }),
      shop,
      ['kms:Decrypt', 'kms:CreateGrant'],
    ],
    [
      'everybody of the organisation, which the account may be in',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
      shop,
      [],
    ],
    [
      'everybody of the organisation',
      allow({
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-exampleorgid'] } },
      }),
      organization,
      [],
    ],
    [
      'everybody of another organisation',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } } }),
      organization,
      ['kms:Decrypt', 'kms:CreateGrant'],
    ],
    ['an account is no organisation', allow({}), organization, ['kms:Decrypt', 'kms:CreateGrant']],
    ['nothing at all', [], shop, ['kms:Decrypt', 'kms:CreateGrant']],
  ])('%s', (_what, Statement, party, refused) => {
    expect(refusedActions({ Statement }, party, ['kms:Decrypt', 'kms:CreateGrant'])).toEqual(refused);
  });

  test('a statement more that allows never refuses more', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.constantFrom('*', { AWS: root }, { AWS: '333333333333' }),
      Action: fc.constantFrom('kms:*', 'kms:Decrypt', 'kms:Create*', 'sns:Publish'),
    });
    fc.assert(
      fc.property(fc.array(statement), statement, (Statement, more) => {
        const actions = ['kms:Decrypt', 'kms:CreateGrant'];
        const before = refusedActions({ Statement }, shop, actions);
        const after = refusedActions(
          { Statement: [...Statement, { ...more, Effect: 'Allow' }] },
          shop,
          actions,
        );
        expect(before).toEqual(expect.arrayContaining(after));
      }),
    );
  });
});

describe('open to the world', () => {
  test.each<[string, PolicyStatement, boolean]>([
    ['everybody', allow({ Principal: '*' }), true],
    ['everybody, as AWS', allow({ Principal: { AWS: '*' } }), true],
    ['one account', allow({}), false],
    ['what is not asked for', allow({ Principal: '*', Action: 'sns:Get*' }), false],
    ['denied to everybody', allow({ Principal: '*', Effect: 'Deny' }), false],
    [
      'the organisation',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
      false,
    ],
    [
      'the owner, as SNS writes it by itself',
      allow({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'AWS:SourceOwner': '111111111111' } } }),
      false,
    ],
    [
      'all but an organisation',
      allow({ Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
      true,
    ],
    [
      'any account, by a wildcard',
      allow({ Principal: '*', Condition: { StringLike: { 'aws:PrincipalAccount': '*' } } }),
      true,
    ],
    [
      'encrypted connections only',
      allow({ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      true,
    ],
  ])('%s', (_what, statement, open) => {
    const found = openTo({ Statement: statement }, ['kms:Decrypt']);
    expect(found).toEqual(open ? [statement] : []);
  });
});
