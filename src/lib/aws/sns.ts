import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { call } from './classify';
import type { ClientFactory } from './clients';
import type { Topic } from './edges';

export function snsTopic(clients: ClientFactory): Topic {
  return {
    async publish(topicArn, { subject, body, attributes }) {
      await call('sns.Publish', () =>
        clients(SNSClient, { region: topicArn.split(':')[3] }).send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: subject,
            Message: body,
            MessageAttributes: Object.fromEntries(
              Object.entries(attributes).map(([name, StringValue]) => [
                name,
                { DataType: 'String', StringValue },
              ]),
            ),
          }),
        ),
      );
    },
  };
}
