import { awsCommand } from '../aws-command';
import type { Facts, KeyFacts } from '../facts';
import { command, Judging, statement } from '../finding';
import {
  parsePolicy,
  refusedActions,
  statementsOf,
  type Party,
  type PolicyDocument,
} from '../policy-document';
import { partitionOf } from '../subject';

/**
 * What an account needs of a key to launch an AMI that is encrypted with it
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html, "Share KMS keys").
 */
export const launchActions = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** As a person writes them in a policy. */
const written = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];

/** Key policies that do not let those use the key whom the images are shared with. */
export function keyConsumers({ keys, subject }: Facts): Judging {
  const judging = new Judging();
  for (const it of keys) {
    const parties = partiesOf(it, subject.settings.account);
    if (parties.length === 0 || !it.key.known || it.key.value === undefined || it.key.value.managedByAws)
      continue;
    judging.given(`the policy of the key ${it.asked} in ${it.region}`, it.policy, (text) => {
      const document = text === undefined ? undefined : parsePolicy(text);
      if (document === undefined) return;
      const refused = parties.flatMap((party) => {
        const actions = refusedActions(document, party, launchActions);
        return actions.length === 0 ? [] : [{ party, actions }];
      });
      if (refused.length > 0) tell(judging, it, document, refused);
    });
  }
  return judging;
}

/** Organisational units cannot be told from a policy with certainty: a key is opened to an organisation. */
const partiesOf = ({ images }: KeyFacts, owner: string): Party[] => {
  const accounts = new Set(images.flatMap(({ share }) => share.accounts));
  const organizations = new Set(
    images.flatMap(({ share }) => share.organizations.map((it) => it.split('/').at(-1)!)),
  );
  return [
    ...[...accounts]
      .filter((account) => account !== owner)
      .sort()
      .map((account) => ({ account })),
    ...[...organizations].sort().map((organization) => ({ organization })),
  ];
};

const nameOf = (party: Party): string =>
  'account' in party ? `account ${party.account}` : `organisation ${party.organization}`;

function tell(
  judging: Judging,
  { asked, region, key, images }: KeyFacts,
  document: PolicyDocument,
  refused: { party: Party; actions: string[] }[],
): void {
  const arn = key.known ? (key.value?.arn ?? asked) : asked;
  const missing = letUse(
    refused.map(({ party }) => party),
    partitionOf(region),
  );
  const all = { ...document, Statement: [...statementsOf(document), ...missing] };
  judging.find('KMS_POLICY_LACKS_CONSUMERS', {
    subject: arn,
    region,
    found: `The policy of ${asked} does not allow ${refused
      .map(({ party, actions }) => `${nameOf(party)}: ${actions.join(', ')}`)
      .join('; ')}.`,
    fails: `${images.map((image) => image.key).join(', ')} can be seen there and not launched: instances end at once with Client.InternalError.`,
    cures: [
      ...missing.map((it) => statement('in the policy of the key', it)),
      command(
        'in the account of the key: its policy as it is, with these statements',
        awsCommand('kms put-key-policy', region, { 'key-id': arn, 'policy-name': 'default', policy: all }),
      ),
    ],
  });
}

/** Statements that let the parties launch, and let their services use the key while instances run. */
function letUse(parties: Party[], partition: string): object[] {
  const accounts = parties.flatMap((party) => ('account' in party ? party.account : []));
  const organizations = parties.flatMap((party) => ('organization' in party ? party.organization : []));
  const both = (sid: string, principal: object, condition: Record<string, object>) => [
    {
      Sid: `LaunchImages${sid}`,
      Effect: 'Allow',
      Principal: principal,
      Action: written,
      Resource: '*',
      ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
    },
    {
      Sid: `LetServicesUseIt${sid}`,
      Effect: 'Allow',
      Principal: principal,
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { ...condition, ...grantsOf(sid) },
    },
  ];
  return [
    ...(accounts.length === 0
      ? []
      : both('', { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) }, {})),
    ...(organizations.length === 0
      ? []
      : both('InOrganization', { AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': organizations } })),
  ];
}

/**
 * A person of the consumer's creates the grant for its Auto Scaling role by hand, which is no grant for an AWS resource:
 * accounts that are named may; whoever is in an organisation may only through a service.
 */
const grantsOf = (sid: string): Record<string, object> =>
  sid === '' ? {} : { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
