import type * as Sns from '@aws-sdk/client-sns';
import {
  AuthorizationErrorException,
  InvalidParameterException,
  NotFoundException,
} from '@aws-sdk/client-sns';
import type { SNSEvent } from 'aws-lambda';
import type { Deliveries } from './deliveries';
import type { LocalFunctions } from './functions';
import { matchesPattern } from './pattern';
import type { Pattern } from './pattern';
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
  filter: Pattern | undefined;
  filterScope: string;
}

interface Topic {
  arn: string;
  account: string;
  region: string;
  options: TopicOptions;
  subscriptions: Subscription[];
}

/** Subject, body and attributes together (documented default). */
const MESSAGE_BYTES = 256 * 1024;

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
      throw wrong('Protocol', `the local AWS has lambda and local, not ${protocol}`);
    const endpoint = input.Endpoint ?? '';
    if (protocol === 'lambda' && functionOf(endpoint) === undefined)
      throw wrong('Endpoint', `Lambda endpoint ARN ${endpoint}`);
    const known = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    const subscription: Subscription = {
      arn: known?.arn ?? `${topic.arn}:${this.world.chance.uuid()}`,
      protocol,
      endpoint,
      filter: filterOf(input.Attributes?.['FilterPolicy']),
      filterScope: input.Attributes?.['FilterPolicyScope'] ?? 'MessageAttributes',
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
      if (matchesFilter(subscription, input)) this.#deliver(topic, subscription, input, MessageId);
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
    if (region !== at.region) throw wrong('TopicArn', `Reason: ${arn} is not of ${at.region}`);
    const topic = this.#topics.get(arn!);
    if (topic === undefined) throw new NotFoundException({ message: 'Topic does not exist', $metadata: {} });
    return topic;
  }
}

const wrong = (parameter: string, reason: string): Error =>
  new InvalidParameterException({ message: `Invalid parameter: ${parameter} ${reason}`, $metadata: {} });

function assertMessage(input: Sns.PublishInput): void {
  if ((input.Message ?? '') === '') throw wrong('Message', 'Reason: Empty message');
  const attributes = Object.entries(input.MessageAttributes ?? {});
  const sizes = attributes.map(([name, value]) =>
    Buffer.byteLength(`${name}${value.DataType}${value.StringValue}`),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, Buffer.byteLength(input.Message!));
  if (bytes > MESSAGE_BYTES) throw wrong('Message', 'Reason: Message too long');
  if (
    input.Subject !== undefined &&
    (input.Subject.length > 100 || /[^\x20-\x7e]/.test(input.Subject) || input.Subject === '')
  ) {
    throw wrong('Subject', 'Reason: must be 1 to 100 ASCII characters');
  }
}

function filterOf(json: string | undefined): Pattern | undefined {
  if (json === undefined || json === '') return undefined;
  try {
    return JSON.parse(json) as Pattern;
  } catch {
    throw wrong('FilterPolicy', 'failed to parse JSON');
  }
}

function matchesFilter({ filter, filterScope }: Subscription, input: Sns.PublishInput): boolean {
  if (filter === undefined) return true;
  if (filterScope === 'MessageBody') return matchesPattern(filter, parsed(input.Message!));
  const attributes = Object.entries(input.MessageAttributes ?? {}).map(([name, value]) => {
    const text = value.StringValue ?? '';
    if (value.DataType === 'Number') return [name, Number(text)];
    return [name, value.DataType === 'String.Array' ? parsed(text) : text];
  });
  return matchesPattern(filter, Object.fromEntries(attributes));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function functionOf(endpoint: string): { region: string; account: string; name: string } | undefined {
  const [, region, account, name] = /^arn:aws:lambda:([^:]+):(\d+):function:([^:]+)$/.exec(endpoint) ?? [];
  return name === undefined ? undefined : { region: region!, account: account!, name };
}

function snsEvent(
  topic: Topic,
  subscription: Subscription,
  input: Sns.PublishInput,
  messageId: string,
  nowMs: number,
): SNSEvent {
  const attributes = Object.entries(input.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    {
      Type: value.DataType!,
      Value: value.StringValue ?? Buffer.from(value.BinaryValue ?? []).toString('base64'),
    },
  ]);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: messageId,
          TopicArn: topic.arn,
          Subject: (input.Subject ?? null) as string,
          Message: input.Message!,
          Timestamp: new Date(nowMs).toISOString(),
          SignatureVersion: '1',
          Signature: 'LOCAL',
          SigningCertUrl: `https://sns.${topic.region}.amazonaws.com/SimpleNotificationService-LOCAL.pem`,
          UnsubscribeUrl: `https://sns.${topic.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
          MessageAttributes: Object.fromEntries(
            attributes,
          ) as SNSEvent['Records'][number]['Sns']['MessageAttributes'],
        },
      },
    ],
  } as SNSEvent;
}
