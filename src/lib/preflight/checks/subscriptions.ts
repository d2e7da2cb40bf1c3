import { awsCommand } from '../aws-command';
import type { Facts, ObservedSubscription, SubscriptionFacts } from '../facts';
import { command, Judging, statement } from '../finding';
import { partitionOf, type Subject } from '../subject';

/** Kinds of announcements a follower must get; their attributes are docs/announcements.md's. */
const wantedAttributes = ['image', 'architecture', 'channel', 'account'];

/** Whether what upstreams announce arrives here. */
export function subscriptions(facts: Facts): Judging {
  const judging = new Judging();
  const { subject, deployed } = facts;
  // The stack makes the subscriptions.
  if (deployed.known && !deployed.value) return judging;
  for (const upstream of facts.subscriptions)
    judging.given(`the subscription to ${upstream.topicArn}`, upstream.seen, (seen) => {
      if (seen === undefined) tellMissing(judging, upstream, subject);
      else if (!seen.confirmed) tellPending(judging, upstream, subject);
      else judgeFilter(judging, upstream, seen, subject);
    });
  return judging;
}

const fails = (bakery: string) =>
  `What ${bakery} announces does not arrive. Images that are built on its images stay as they are, security fixes included.`;

const subscribe = ({ topicArn }: SubscriptionFacts, { upstreamFunctionArn }: Subject) =>
  command(
    'in this account; or deploy the stack again, which does it',
    awsCommand('sns subscribe', topicArn.split(':')[3] ?? '', {
      'topic-arn': topicArn,
      protocol: 'lambda',
      'notification-endpoint': upstreamFunctionArn,
    }),
  );

function tellMissing(judging: Judging, upstream: SubscriptionFacts, subject: Subject): void {
  const { bakery, account, topicArn } = upstream;
  judging.find('UPSTREAM_SUBSCRIPTION_MISSING', {
    subject: topicArn,
    region: topicArn.split(':')[3] ?? '',
    found: `${subject.upstreamFunctionArn} has no subscription to ${topicArn}.`,
    fails: fails(bakery),
    cures: [
      subscribe(upstream, subject),
      statement(
        `where that is refused: in the policy of the topic, in account ${account} (stack.followers of its configuration)`,
        {
          Sid: `Follower${subject.settings.account}`,
          Effect: 'Allow',
          Principal: {
            AWS: `arn:${partitionOf(subject.settings.region)}:iam::${subject.settings.account}:root`,
          },
          Action: 'sns:Subscribe',
          Resource: topicArn,
        },
      ),
    ],
  });
}

function tellPending(judging: Judging, upstream: SubscriptionFacts, subject: Subject): void {
  judging.find('UPSTREAM_SUBSCRIPTION_PENDING', {
    subject: upstream.topicArn,
    region: upstream.topicArn.split(':')[3] ?? '',
    found: `The subscription to ${upstream.topicArn} waits for a confirmation: it was made by the account of the topic.`,
    fails: fails(upstream.bakery),
    cures: [subscribe(upstream, subject)],
  });
}

/**
 * A filter can be wrong in many ways; what is certain: one that asks for something that no announcement carries, or that
 * names accounts and not the upstream's, drops everything.
 */
function judgeFilter(
  judging: Judging,
  { bakery, account, topicArn }: SubscriptionFacts,
  { arn, filterPolicy, filterScope }: ObservedSubscription,
  subject: Subject,
): void {
  if (filterPolicy === undefined || filterScope !== 'MessageAttributes') return;
  const filter = parsed(filterPolicy);
  const unknown = Object.keys(filter).filter((key) => !wantedAttributes.includes(key));
  const accounts = filter['account'];
  const others = Array.isArray(accounts) && accounts.every((it) => typeof it === 'string' && it !== account);
  const images = filter['image'];
  const wanted = wantedImages(subject, bakery);
  const dropped =
    Array.isArray(images) && images.every((it) => typeof it === 'string')
      ? wanted.filter((image) => !images.includes(image))
      : [];
  const why = [
    ...unknown.map((key) => `no announcement carries the attribute ${key}`),
    ...(others ? [`announcements of ${bakery} carry account ${account}`] : []),
    ...dropped.map((image) => `${image} is followed and left out`),
  ];
  if (why.length === 0) return;
  judging.find('UPSTREAM_FILTER_DROPS', {
    subject: arn,
    region: topicArn.split(':')[3] ?? '',
    found: `The filter policy of the subscription is ${filterPolicy}, and ${why.join('; ')}.`,
    fails: fails(bakery),
    cures: [
      command(
        'in this account',
        awsCommand('sns set-subscription-attributes', topicArn.split(':')[3] ?? '', {
          'subscription-arn': arn,
          'attribute-name': 'FilterPolicy',
          'attribute-value': '{}',
        }),
      ),
    ],
  });
}

const wantedImages = ({ settings }: Subject, bakery: string): string[] => [
  ...new Set(settings.mirrors.filter((it) => it.bakery === bakery).map(({ image }) => image)),
];

function parsed(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
