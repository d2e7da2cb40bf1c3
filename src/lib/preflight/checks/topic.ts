import { awsCommand } from '../aws-command';
import type { Facts, TopicFacts } from '../facts';
import { command, configuration, Judging, statement } from '../finding';
import {
  openTo,
  parsePolicy,
  refusedActions,
  statementsOf,
  type Party,
  type PolicyDocument,
} from '../policy-document';
import { partitionOf, type Subject } from '../subject';

const dangerous = [
  'sns:Publish',
  'sns:Subscribe',
  'sns:SetTopicAttributes',
  'sns:AddPermission',
  'sns:DeleteTopic',
];

/** Who may publish to the bakery's topic, and who may follow it. */
export function topic(facts: Facts): Judging {
  const judging = new Judging();
  const { subject, deployed } = facts;
  const { topicArn } = subject.settings;
  if (topicArn === undefined || (deployed.known && !deployed.value)) return judging;
  judging.given('the policy of the topic', facts.topic, (seen) => {
    if (seen === undefined)
      return judging.find('TOPIC_MISSING', {
        subject: topicArn,
        region: subject.settings.region,
        found: `There is no topic ${topicArn}.`,
        fails: 'Nothing is announced: followers stay on what they have.',
        cures: [command('from this project', `npx serverless deploy --stage ${stageOf(subject)}`)],
      });
    const document = parsePolicy(seen.policy) ?? {};
    judgeOpen(judging, seen, document, subject);
    judgeFollowers(judging, seen, document, subject);
  });
  return judging;
}

const stageOf = ({ source }: Subject): string => /config\/(.+)\.yml/.exec(source)?.[1] ?? 'STAGE';

/** What stays are the statements that name somebody; followers whom only the open one let in are named in its place. */
function judgeOpen(judging: Judging, { arn }: TopicFacts, document: PolicyDocument, subject: Subject): void {
  const { settings } = subject;
  const open = openTo(document, dangerous);
  if (open.length === 0) return;
  const rest = statementsOf(document).filter((it) => !open.includes(it));
  const kept: PolicyDocument = { ...document, Statement: rest };
  const own = {
    Sid: 'OwnAccount',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partitionOf(settings.region)}:iam::${settings.account}:root` },
    Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'],
    Resource: arn,
  };
  const Statement = [...(rest.length > 0 ? rest : [own]), ...missingFollowers(kept, arn, subject)];
  judging.find('TOPIC_OPEN', {
    subject: arn,
    region: settings.region,
    found: `The policy of the topic lets everybody in: ${open.map((it) => JSON.stringify(it)).join(', ')}.`,
    fails:
      'Anybody with an AWS account can read which images there are, or send followers announcements of their own.',
    cures: [setPolicy(arn, settings.region, { ...document, Statement })],
  });
}

function judgeFollowers(
  judging: Judging,
  { arn }: TopicFacts,
  document: PolicyDocument,
  subject: Subject,
): void {
  const { followers, settings, source } = subject;
  const missing = missingFollowers(document, arn, subject);
  if (missing.length === 0) return;
  const who = refusedFollowers(document, subject).map((party) =>
    'account' in party ? party.account : party.organization,
  );
  judging.find('TOPIC_LACKS_FOLLOWERS', {
    subject: arn,
    region: settings.region,
    found: `The policy of the topic does not let ${who.join(', ')} subscribe.`,
    fails: 'Their stacks cannot be deployed, or hear nothing of new images.',
    cures: [
      configuration(
        `${source}, stack`,
        `followers: { accounts: [${followers.accounts.map((it) => `'${it}'`).join(', ')}] }   # and deploy`,
      ),
      ...missing.map((it) => statement('which is, in the policy of the topic', it)),
      setPolicy(arn, settings.region, { ...document, Statement: [...statementsOf(document), ...missing] }),
    ],
  });
}

function refusedFollowers(document: PolicyDocument, { followers, settings }: Subject): Party[] {
  const parties: Party[] = [
    ...followers.accounts.filter((it) => it !== settings.account).map((account) => ({ account })),
    ...(followers.organizationId === undefined ? [] : [{ organization: followers.organizationId }]),
  ];
  return parties.filter((party) => refusedActions(document, party, ['sns:Subscribe']).length > 0);
}

const missingFollowers = (document: PolicyDocument, arn: string, subject: Subject): object[] =>
  refusedFollowers(document, subject).map((party) =>
    letFollow(party, arn, partitionOf(subject.settings.region)),
  );

const letFollow = (party: Party, arn: string, partition: string): object => ({
  Sid: 'account' in party ? `Follower${party.account}` : 'FollowersByOrganization',
  Effect: 'Allow',
  Principal: { AWS: 'account' in party ? `arn:${partition}:iam::${party.account}:root` : '*' },
  Action: 'sns:Subscribe',
  Resource: arn,
  ...('account' in party
    ? {}
    : { Condition: { StringEquals: { 'aws:PrincipalOrgID': party.organization } } }),
});

const setPolicy = (arn: string, region: string, document: object) =>
  command(
    'in this account',
    awsCommand('sns set-topic-attributes', region, {
      'topic-arn': arn,
      'attribute-name': 'Policy',
      'attribute-value': document,
    }),
  );
