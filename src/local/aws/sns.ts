import type * as Sns from '@aws-sdk/client-sns';
import { AuthorizationErrorException, NotFoundException } from '@aws-sdk/client-sns';
import type { Deliveries } from './deliveries';
import type { LocalFunctions } from './functions';
import { page } from './page';
import { evaluate, readPolicy } from './policy-evaluation';
import { filterOf, matchesFilter } from './sns-filter';
import type { SnsFilter } from './sns-filter';
import { assertMessage, functionOf, invalidParameter, snsEvent } from './sns-message';
import type { CallSite, World } from './world';

export interface TopicOptions {
  /** Accounts beside the owner whose calls to Subscribe the topic's policy allows; `*` for all. */
  maySubscribe?: string[];
}

/** A message to people, as `local` subscriptions get it. */
export interface Notice {
  endpoint: string;
  topicArn: string;
  atMs: number;
  subject: string | undefined;
  body: string;
  attributes: Record<string, string>;
}

interface Subscription {
  arn: string;
  protocol: string;
  endpoint: string;
  attributes: Record<string, string>;
  filter: SnsFilter;
}

interface Topic {
  arn: string;
  account: string;
  region: string;
  policy: string;
  subscriptions: Subscription[];
}

/** SNS standard topics, with subscriptions from other accounts. */
export class LocalSns {
  readonly #topics = new Map<string, Topic>();
  /** What `local` subscriptions got, oldest first. */
  readonly notices: Notice[] = [];

  constructor(
    private readonly world: Pick<World, 'clock' | 'chance'>,
    private readonly parts: { functions: LocalFunctions; deliveries: Deliveries },
    private readonly options: { deliveryMs?: number } = {},
  ) {}

  /** Makes a topic as CloudFormation would; answers its ARN. */
  createTopic(at: { account: string; region: string }, name: string, options: TopicOptions = {}): string {
    const arn = `arn:aws:sns:${at.region}:${at.account}:${name}`;
    this.#topics.set(arn, {
      arn,
      account: at.account,
      region: at.region,
      policy: policyOf(arn, at.account, options),
      subscriptions: [],
    });
    return arn;
  }

  Subscribe(input: Sns.SubscribeInput, at: CallSite): Sns.SubscribeResponse {
    const topic = this.#topic(input.TopicArn, at);
    if (!allows(topic, 'SNS:Subscribe', at)) {
      throw notAuthorized(topic, 'SNS:Subscribe', at);
    }
    const protocol = input.Protocol ?? '';
    if (!['lambda', 'local'].includes(protocol))
      throw invalidParameter('Protocol', `the local AWS has lambda and local, not ${protocol}`);
    const endpoint = input.Endpoint ?? '';
    if (protocol === 'lambda' && functionOf(endpoint) === undefined)
      throw invalidParameter('Endpoint', `Lambda endpoint ARN ${endpoint}`);
    const known = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    const subscription: Subscription = {
      arn: known?.arn ?? `${topic.arn}:${this.world.chance.uuid()}`,
      protocol,
      endpoint,
      attributes: input.Attributes ?? {},
      filter: filterOf(input.Attributes),
    };
    topic.subscriptions = [...topic.subscriptions.filter((one) => one !== known), subscription];
    return { SubscriptionArn: subscription.arn };
  }

  Unsubscribe(input: Sns.UnsubscribeInput): object {
    for (const topic of this.#topics.values()) {
      topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== input.SubscriptionArn);
    }
    return {};
  }

  ListSubscriptionsByTopic(
    input: Sns.ListSubscriptionsByTopicInput,
    at: CallSite,
  ): Sns.ListSubscriptionsByTopicResponse {
    const topic = this.#topic(input.TopicArn, at);
    return {
      Subscriptions: topic.subscriptions.map((subscription) => listed(topic, subscription)),
    };
  }

  /** Those of the caller's account, whosever the topics are. */
  ListSubscriptions(input: Sns.ListSubscriptionsInput, at: CallSite): Sns.ListSubscriptionsResponse {
    const all = [...this.#topics.values()]
      .filter(({ region }) => region === at.region)
      .flatMap((topic) => topic.subscriptions.map((it) => listed(topic, it)))
      .filter(({ Owner }) => Owner === at.account);
    const { items, next } = page(all, listPageSize, input.NextToken, () =>
      invalidParameter('NextToken', 'not a token of this call'),
    );
    return { Subscriptions: items, NextToken: next };
  }

  GetTopicAttributes(input: Sns.GetTopicAttributesInput, at: CallSite): Sns.GetTopicAttributesResponse {
    const topic = this.#topic(input.TopicArn, at);
    if (!allows(topic, 'SNS:GetTopicAttributes', at))
      throw notAuthorized(topic, 'SNS:GetTopicAttributes', at);
    return { Attributes: { TopicArn: topic.arn, Owner: topic.account, Policy: topic.policy } };
  }

  SetTopicAttributes(input: Sns.SetTopicAttributesInput, at: CallSite): object {
    const topic = this.#topic(input.TopicArn, at);
    if (topic.account !== at.account) throw notAuthorized(topic, 'SNS:SetTopicAttributes', at);
    if (input.AttributeName !== 'Policy')
      throw invalidParameter('AttributeName', `the local AWS has Policy, not ${input.AttributeName}`);
    readPolicy(input.AttributeValue);
    topic.policy = input.AttributeValue!;
    return {};
  }

  GetSubscriptionAttributes(
    input: Sns.GetSubscriptionAttributesInput,
    at: CallSite,
  ): Sns.GetSubscriptionAttributesResponse {
    const [topic, found] = this.#subscription(input.SubscriptionArn, at);
    const { SubscriptionArn, Owner, Protocol, Endpoint } = listed(topic, found);
    return {
      Attributes: {
        ...found.attributes,
        SubscriptionArn: SubscriptionArn!,
        TopicArn: topic.arn,
        Owner: Owner!,
        Protocol: Protocol!,
        Endpoint: Endpoint!,
        PendingConfirmation: 'false',
      },
    };
  }

  SetSubscriptionAttributes(input: Sns.SetSubscriptionAttributesInput, at: CallSite): object {
    const [, found] = this.#subscription(input.SubscriptionArn, at);
    const { [input.AttributeName ?? '']: _before, ...others } = found.attributes;
    const value = input.AttributeValue ?? '';
    // A filter policy is taken away by setting it to an empty one.
    const none = value === '' || (input.AttributeName === 'FilterPolicy' && value === '{}');
    found.attributes = none ? others : { ...others, [input.AttributeName ?? '']: value };
    found.filter = filterOf(found.attributes);
    return {};
  }

  Publish(input: Sns.PublishInput, at: CallSite): Sns.PublishResponse {
    const topic = this.#topic(input.TopicArn, at);
    if (topic.account !== at.account) {
      throw new AuthorizationErrorException({
        message: `User: arn:aws:iam::${at.account}:root is not authorized to perform: SNS:Publish on resource: ${topic.arn}`,
        $metadata: {},
      });
    }
    assertMessage(input);
    const MessageId = this.world.chance.uuid();
    for (const subscription of topic.subscriptions) {
      if (matchesFilter(subscription.filter, input)) this.#deliver(topic, subscription, input, MessageId);
    }
    return { MessageId };
  }

  #deliver(topic: Topic, subscription: Subscription, input: Sns.PublishInput, messageId: string): void {
    const event = snsEvent(topic, subscription, input, messageId, this.world.clock.now());
    const target = functionOf(subscription.endpoint);
    const { account, region } = target ?? topic;
    const delivery = {
      kind: 'sns' as const,
      account,
      region,
      to: [target?.name ?? subscription.endpoint],
      event,
    };
    this.parts.deliveries.send(delivery, this.options.deliveryMs ?? 20, () => {
      if (target !== undefined) this.parts.functions.invokeAsync(target, target.name, event);
      else this.#notify(topic, subscription, input);
    });
  }

  #notify(topic: Topic, subscription: Subscription, input: Sns.PublishInput): void {
    const attributes = Object.entries(input.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue ?? '',
    ]);
    this.notices.push({
      endpoint: subscription.endpoint,
      topicArn: topic.arn,
      atMs: this.world.clock.now(),
      subject: input.Subject,
      body: input.Message!,
      attributes: Object.fromEntries(attributes) as Record<string, string>,
    });
  }

  #subscription(arn: string | undefined, at: CallSite): [Topic, Subscription] {
    for (const topic of this.#topics.values()) {
      const found = topic.subscriptions.find((it) => it.arn === arn);
      if (found === undefined) continue;
      const owners = [topic.account, listed(topic, found).Owner];
      if (!owners.includes(at.account)) throw notAuthorized(topic, 'SNS:GetSubscriptionAttributes', at);
      return [topic, found];
    }
    throw new NotFoundException({ message: 'Subscription does not exist', $metadata: {} });
  }

  #topic(arn: string | undefined, at: CallSite): Topic {
    const [, region] = /^arn:aws:sns:([^:]+):\d+:[\w-]+$/.exec(arn ?? '') ?? [];
    if (region !== at.region) throw invalidParameter('TopicArn', `Reason: ${arn} is not of ${at.region}`);
    const topic = this.#topics.get(arn!);
    if (topic === undefined) throw new NotFoundException({ message: 'Topic does not exist', $metadata: {} });
    return topic;
  }
}

/** AWS: 100. Small, so that paging is exercised. */
const listPageSize = 2;

const listed = (topic: Topic, { arn, protocol, endpoint }: Subscription): Sns.Subscription => ({
  SubscriptionArn: arn,
  Protocol: protocol,
  Endpoint: endpoint,
  Owner: functionOf(endpoint)?.account ?? topic.account,
  TopicArn: topic.arn,
});

const policyOf = (arn: string, account: string, { maySubscribe = [] }: TopicOptions): string => {
  const root = (id: string) => (id === '*' ? '*' : `arn:aws:iam::${id}:root`);
  const own = ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'];
  const followers = maySubscribe.filter((id) => id !== account).map(root);
  const allow = (Sid: string, AWS: string[], Action: string[]) => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS },
    Action,
    Resource: arn,
  });
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      allow('OwnAccount', [root(account)], own),
      ...(followers.length === 0 ? [] : [allow('FollowersByAccount', followers, ['sns:Subscribe'])]),
    ],
  });
};

/** The owner's own account may by its own policies. */
function allows(topic: Topic, action: string, at: CallSite): boolean {
  if (topic.account === at.account) return true;
  const principal = `arn:aws:iam::${at.account}:root`;
  const context = { 'aws:PrincipalAccount': at.account };
  return (
    evaluate([readPolicy(topic.policy)], { action, resource: topic.arn, context, principal }) === 'allowed'
  );
}

const notAuthorized = (topic: Topic, action: string, at: CallSite): Error =>
  new AuthorizationErrorException({
    message: `User: arn:aws:iam::${at.account}:root is not authorized to perform: ${action} on resource: ${topic.arn}`,
    $metadata: {},
  });
