import type { PublishInput } from '@aws-sdk/client-sns';
import { InvalidParameterException } from '@aws-sdk/client-sns';
import type { SNSEvent } from 'aws-lambda';

/** Subject, body and attributes together (documented default). */
const MESSAGE_BYTES = 256 * 1024;

export const invalidParameter = (parameter: string, reason: string): Error =>
  new InvalidParameterException({ message: `Invalid parameter: ${parameter} ${reason}`, $metadata: {} });

/** The checks that Publish makes. */
export function assertMessage(input: PublishInput): void {
  if ((input.Message ?? '') === '') throw invalidParameter('Message', 'Reason: Empty message');
  const attributes = Object.entries(input.MessageAttributes ?? {});
  const sizes = attributes.map(([name, value]) =>
    Buffer.byteLength(`${name}${value.DataType}${value.StringValue}`),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, Buffer.byteLength(input.Message!));
  if (bytes > MESSAGE_BYTES) throw invalidParameter('Message', 'Reason: Message too long');
  if (
    input.Subject !== undefined &&
    (input.Subject.length > 100 || /[^\x20-\x7e]/.test(input.Subject) || input.Subject === '')
  ) {
    throw invalidParameter('Subject', 'Reason: must be 1 to 100 ASCII characters');
  }
}

/** The function that an ARN names; undefined where it names none. */
export function functionOf(endpoint: string): { region: string; account: string; name: string } | undefined {
  const [, region, account, name] = /^arn:aws:lambda:([^:]+):(\d+):function:([^:]+)$/.exec(endpoint) ?? [];
  return name === undefined ? undefined : { region: region!, account: account!, name };
}

/** What Lambda hands to a function that is subscribed to a topic. */
export function snsEvent(
  topic: { arn: string; region: string },
  subscription: { arn: string },
  input: PublishInput,
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
  };
}
