import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import type { ObservedSubscription, TopicFacts } from '../preflight/facts';
import { call } from './classify';
import type { ClientFactory } from './clients';
import { AwsError } from './errors';

/** Looks at topics and subscriptions. */
export interface TopicReader {
  /** Undefined where there is none. */
  topic(topicArn: string): Promise<TopicFacts | undefined>;
  /** The account's own subscription of an endpoint to a topic, whoever owns the topic; undefined where there is none. */
  subscription(topicArn: string, endpoint: string): Promise<ObservedSubscription | undefined>;
}

export function snsReader(clients: ClientFactory): TopicReader {
  const client = (topicArn: string) => clients(SNSClient, { region: topicArn.split(':')[3] });
  return {
    async topic(topicArn) {
      try {
        const { Attributes = {} } = await call('sns.GetTopicAttributes', () =>
          client(topicArn).send(new GetTopicAttributesCommand({ TopicArn: topicArn })),
        );
        return { arn: topicArn, policy: Attributes['Policy'] ?? '{}' };
      } catch (error) {
        if (error instanceof AwsError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },

    async subscription(topicArn, endpoint) {
      let NextToken: string | undefined;
      do {
        const answer = await call('sns.ListSubscriptions', () =>
          client(topicArn).send(new ListSubscriptionsCommand({ NextToken })),
        );
        const found = answer.Subscriptions?.find(
          (it) => it.TopicArn === topicArn && it.Endpoint === endpoint,
        )?.SubscriptionArn;
        // Until it is confirmed a subscription has no ARN: SNS says PendingConfirmation in its place.
        if (found !== undefined)
          return found.startsWith('arn:')
            ? observe(clients, found)
            : { arn: found, confirmed: false, filterScope: 'MessageAttributes' };
        NextToken = answer.NextToken;
      } while (NextToken);
      return undefined;
    },
  };
}

async function observe(clients: ClientFactory, arn: string): Promise<ObservedSubscription> {
  const { Attributes: found = {} } = await call('sns.GetSubscriptionAttributes', () =>
    clients(SNSClient, { region: arn.split(':')[3] }).send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
    ),
  );
  return {
    arn,
    confirmed: found['PendingConfirmation'] !== 'true',
    filterPolicy: found['FilterPolicy'],
    filterScope: found['FilterPolicyScope'] ?? 'MessageAttributes',
  };
}
