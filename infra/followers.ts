import type { StageConfig } from './stage-config';

/** Statements of the announcement topic's policy: the account itself, and who may subscribe. A topic's policy has at least one. */
export function announcementPolicy({ stack }: StageConfig): object[] {
  const { accounts = [], organizationId } = stack.followers ?? {};
  const subscribe = { Effect: 'Allow', Action: 'sns:Subscribe', Resource: { Ref: 'AnnouncementTopic' } };
  return [
    {
      Sid: 'OwnAccount',
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
      Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'],
      Resource: { Ref: 'AnnouncementTopic' },
    },
    ...(accounts.length === 0
      ? []
      : [
          {
            Sid: 'FollowersByAccount',
            ...subscribe,
            Principal: {
              AWS: accounts.map((account) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:root` })),
            },
          },
        ]),
    ...(organizationId === undefined
      ? []
      : [
          {
            Sid: 'FollowersByOrganization',
            ...subscribe,
            Principal: { AWS: '*' },
            Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
          },
        ]),
  ];
}
