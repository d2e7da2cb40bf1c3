import type * as Sns from '@aws-sdk/client-sns';
import { AuthorizationErrorException, NotFoundException } from '@aws-sdk/client-sns';
import type { Deliveries } from './deliveries';
import type { LocalFunctions } from './functions';
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
  filter: SnsFilter;
}

interface Topic {
  arn: string;
  account: string;
  region: string;
  options: TopicOptions;
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
    this.#topics.set(arn, { arn, account: at.account, region: at.region, options, subscriptions: [] });
    return arn;
  }

  Subscribe(input: Sns.SubscribeInput, at: CallSite): Sns.SubscribeResponse {
    const topic = this.#topic(input.TopicArn, at);
    const allowed = [topic.account, ...(topic.options.maySubscribe ?? [])];
    if (!allowed.includes(at.account) && !allowed.includes('*')) {
      throw new AuthorizationErrorException({
        message: `User: arn:aws:iam::${at.account}:root is not authorized to perform: SNS:Subscribe on resource: ${topic.arn} because no resource-based policy allows the SNS:Subscribe action`,
        $metadata: {},
      });
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
      Subscriptions: topic.subscriptions.map(({ arn, protocol, endpoint }) => ({
        SubscriptionArn: arn,
        Protocol: protocol,
        Endpoint: endpoint,
        Owner: functionOf(endpoint)?.account ?? topic.account,
        TopicArn: topic.arn,
      })),
    };
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

  #topic(arn: string | undefined, at: CallSite): Topic {
    const [, region] = /^arn:aws:sns:([^:]+):\d+:[\w-]+$/.exec(arn ?? '') ?? [];
    if (region !== at.region) throw invalidParameter('TopicArn', `Reason: ${arn} is not of ${at.region}`);
    const topic = this.#topics.get(arn!);
    if (topic === undefined) throw new NotFoundException({ message: 'Topic does not exist', $metadata: {} });
    return topic;
  }
}
