import type { StageConfig } from './stage-config';

/**
 * Subscriptions to the topics of other accounts. Not `sns` events of the function: the framework names those by the
 * topic's name, which is the same in every account, and gives each topic a policy of the one dead-letter queue, of which
 * only the last would hold.
 */
export function upstreamResources({ settings }: StageConfig): { Resources: Record<string, object> } {
  const topics = [
    ...new Set([...settings.upstreams.map(({ topicArn }) => topicArn), ...settings.wakeTopics]),
  ];
  if (topics.length === 0) return { Resources: {} };
  const each = topics.flatMap((topicArn) => {
    const id = logicalId(topicArn);
    return [
      [
        `Subscription${id}`,
        {
          Type: 'AWS::SNS::Subscription',
          // Without the permission SNS would refuse or lose the first messages.
          DependsOn: [`Permission${id}`, 'UpstreamDeadLettersPolicy'],
          Properties: {
            TopicArn: topicArn,
            Region: topicArn.split(':')[3],
            Protocol: 'lambda',
            Endpoint: functionArn,
            RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['UpstreamDeadLetters', 'Arn'] } },
          },
        },
      ],
      [
        `Permission${id}`,
        {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            FunctionName: functionArn,
            Action: 'lambda:InvokeFunction',
            Principal: 'sns.amazonaws.com',
            SourceArn: topicArn,
          },
        },
      ],
    ] as const;
  });
  return {
    Resources: { ...Object.fromEntries(each), UpstreamDeadLettersPolicy: deadLettersPolicy(topics) },
  };
}

const functionArn = { 'Fn::GetAtt': ['UpstreamLambdaFunction', 'Arn'] };

const deadLettersPolicy = (topics: string[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'UpstreamDeadLetters' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'UndeliveredAnnouncements',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': ['UpstreamDeadLetters', 'Arn'] },
          Condition: { ArnEquals: { 'aws:SourceArn': topics } },
        },
      ],
    },
  },
});

/** From region, account and name: stable when the order of upstreams changes. */
const logicalId = (topicArn: string): string =>
  topicArn
    .split(':')
    .slice(3)
    .map((part) => part.replace(/[^A-Za-z0-9]/g, ''))
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
