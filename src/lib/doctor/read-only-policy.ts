/**
 * What a person needs to look at everything. By SDK command, so that a test can hold it against the calls that are made; all
 * of it reads. EC2, IAM's simulation and Service Quotas know no resource-level permissions for most of these.
 */
export const readActions: Record<string, string[]> = {
  'codebuild.BatchGetProjects': ['codebuild:BatchGetProjects'],
  'codecommit.GetBranch': ['codecommit:GetBranch'],
  'dynamodb.Query': ['dynamodb:Query'],
  'ec2.DescribeImageAttribute': ['ec2:DescribeImageAttribute'],
  'ec2.DescribeImages': ['ec2:DescribeImages'],
  'ec2.DescribeInstanceTypeOfferings': ['ec2:DescribeInstanceTypeOfferings'],
  'ec2.DescribeInstanceTypes': ['ec2:DescribeInstanceTypes'],
  'ec2.DescribeRouteTables': ['ec2:DescribeRouteTables'],
  'ec2.DescribeSecurityGroups': ['ec2:DescribeSecurityGroups'],
  'ec2.DescribeSnapshots': ['ec2:DescribeSnapshots'],
  'ec2.DescribeSubnets': ['ec2:DescribeSubnets'],
  'ec2.DescribeVpcEndpoints': ['ec2:DescribeVpcEndpoints'],
  'ec2.GetEbsDefaultKmsKeyId': ['ec2:GetEbsDefaultKmsKeyId'],
  'ec2.GetEbsEncryptionByDefault': ['ec2:GetEbsEncryptionByDefault'],
  'iam.GetInstanceProfile': ['iam:GetInstanceProfile'],
  'iam.SimulatePrincipalPolicy': ['iam:SimulatePrincipalPolicy'],
  'kms.DescribeKey': ['kms:DescribeKey'],
  'kms.GetKeyPolicy': ['kms:GetKeyPolicy'],
  'kms.ListGrants': ['kms:ListGrants'],
  'servicequotas.ListAWSDefaultServiceQuotas': ['servicequotas:ListAWSDefaultServiceQuotas'],
  'servicequotas.ListServiceQuotas': ['servicequotas:ListServiceQuotas'],
  'sns.GetSubscriptionAttributes': ['sns:GetSubscriptionAttributes'],
  'sns.GetTopicAttributes': ['sns:GetTopicAttributes'],
  'sns.ListSubscriptions': ['sns:ListSubscriptions'],
  'sqs.GetQueueAttributes': ['sqs:GetQueueAttributes'],
  'sqs.GetQueueUrl': ['sqs:GetQueueUrl'],
  'ssm.GetParameterHistory': ['ssm:GetParameterHistory'],
  'ssm.GetParameters': ['ssm:GetParameters'],
  'ssm.GetParametersByPath': ['ssm:GetParametersByPath'],
  'ssm.ListTagsForResource': ['ssm:ListTagsForResource'],
  // Allowed to everybody, whatever their policies say (API reference); here for completeness.
  'sts.GetCallerIdentity': ['sts:GetCallerIdentity'],
};

/** To be given to whoever runs `bakery doctor --stage`. It reads what accounts have, and no secrets. */
export const readOnlyPolicy = () => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'BakeryDoctorReads',
      Effect: 'Allow',
      Action: [...new Set(Object.values(readActions).flat())].sort(),
      Resource: '*',
    },
  ],
});
