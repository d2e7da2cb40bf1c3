import * as fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { awsCommand } from '../../src/lib/preflight/aws-command';
import { readAwsCommand } from '../../src/local/aws/aws-command-line';

test('plain words stay plain, flags without a value too', () => {
  const flags = { name: '/bakery/web', 'data-type': 'aws:ec2:image', overwrite: true as const };
  expect(awsCommand('ssm put-parameter', 'eu-west-1', flags)).toBe(
    'aws ssm put-parameter --region eu-west-1 --name /bakery/web --data-type aws:ec2:image --overwrite',
  );
});

test('a shell hands on whatever is in a value', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => !text.includes('\0')),
      (text) => {
        const command = awsCommand('sns x', 'eu-west-1', { v: { text } });
        const script = command.replace(/^aws sns x --region eu-west-1 --v /, "printf '%s' ");
        const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(JSON.parse(seen)).toEqual({ text });
      },
    ),
    { numRuns: 25 },
  );
});

test('the local AWS reads what is printed', () => {
  const Policy = { Statement: [{ Sid: "people's", Action: 'sns:Subscribe' }] };
  const flags = {
    'topic-arn': 'arn:aws:sns:eu-west-1:1:t',
    'attribute-name': 'Policy',
    'attribute-value': Policy,
  };
  expect(readAwsCommand(awsCommand('sns set-topic-attributes', 'eu-west-1', flags))).toEqual({
    service: 'SNS',
    operation: 'SetTopicAttributes',
    region: 'eu-west-1',
    input: {
      TopicArn: 'arn:aws:sns:eu-west-1:1:t',
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify(Policy),
    },
  });
});
