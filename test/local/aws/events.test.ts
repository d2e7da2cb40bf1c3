import { PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalAws } from '../../../src/local/aws/create-world';
import { matchesPattern } from '../../../src/local/aws/pattern';
import type { Pattern } from '../../../src/local/aws/pattern';
import { clientOf, platform, region, shop, twoAccounts } from './world';

const push = {
  source: 'aws.codecommit',
  'detail-type': 'CodeCommit Repository State Change',
  resources: ['arn:aws:codecommit:eu-west-1:111111111111:golden-images'],
  detail: {
    event: 'referenceUpdated',
    referenceType: 'branch',
    referenceName: 'main',
    repositoryName: 'golden-images',
  },
};

function listening(aws: LocalAws, at: typeof platform, name: string): unknown[] {
  const seen: unknown[] = [];
  aws.functions.register(at, name, (event) => void seen.push(event));
  return seen;
}

describe('patterns', () => {
  it.each<[Pattern, unknown, boolean]>([
    [{ a: ['x', 'y'] }, { a: 'y' }, true],
    [{ a: ['x'] }, { a: 'y' }, false],
    [{ a: ['x'] }, {}, false],
    [{ a: ['x'] }, { a: ['x', 'z'] }, true],
    [{ a: [{ prefix: 'ba' }] }, { a: 'base' }, true],
    [{ a: [{ suffix: 'se' }] }, { a: 'web' }, false],
    [{ a: [{ 'anything-but': 'IN_PROGRESS' }] }, { a: 'FAILED' }, true],
    [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
    [{ a: [{ 'anything-but': { prefix: 'ba' } }] }, { a: 'base' }, false],
    [{ a: [{ 'anything-but': 'x' }] }, {}, false],
    [{ a: [{ exists: false }] }, {}, true],
    [{ a: [{ exists: true }] }, {}, false],
    [{ a: [{ numeric: ['>', 1, '<=', 3] }] }, { a: 3 }, true],
    [{ a: { b: { c: ['x'] } } }, { a: { b: { c: 'x' } } }, true],
    [{ a: { b: ['x'] }, d: ['y'] }, { a: { b: 'x' }, d: 'z' }, false],
    [{ a: [true, null] }, { a: null }, true],
  ])('%j on %j: %s', (pattern, value, matches) => {
    expect(matchesPattern(pattern, value)).toBe(matches);
  });

  it('a matcher it does not know is an error, not a mismatch', () => {
    expect(() => matchesPattern({ a: [{ cidr: '10.0.0.0/8' } as never] }, { a: '10.1.2.3' })).toThrow('cidr');
  });
});

describe('the bus', () => {
  const rule = {
    name: 'push',
    pattern: { source: ['aws.codecommit'], detail: { referenceType: ['branch'], referenceName: ['main'] } },
    targets: ['push'],
  };

  it('sends the envelope of EventBridge to the functions of the rules that match', async () => {
    const aws = twoAccounts();
    const seen = listening(aws, platform, 'push');
    aws.bus.putRule(platform, rule);
    aws.bus.put(platform.account, region, push);
    aws.bus.put(platform.account, region, { ...push, detail: { ...push.detail, referenceName: 'feature' } });
    aws.bus.put(shop.account, region, push);
    await aws.scheduler.settle();
    expect(seen).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        time: '2026-11-22T02:00:00Z',
        account: platform.account,
        region,
        ...push,
      },
    ]);
  });

  it('drops, doubles and delays where faults say so', async () => {
    const aws = twoAccounts();
    const seen = listening(aws, platform, 'push');
    aws.bus.putRule(platform, rule);
    const put = () => aws.bus.put(platform.account, region, push);
    const always = { when: () => true, times: 1 };
    aws.deliveries.addFault({ label: 'lost', ...always, drop: true });
    put();
    await aws.scheduler.settle();
    expect(seen).toHaveLength(0);
    aws.deliveries.addFault({ label: 'twice', ...always, duplicate: true });
    put();
    await aws.scheduler.settle();
    expect(seen).toHaveLength(2);
    aws.deliveries.addFault({ label: 'late', ...always, delayMs: 300_000 });
    put();
    await aws.scheduler.settle();
    expect(seen).toHaveLength(2);
    await aws.scheduler.pass(301_000);
    expect(seen).toHaveLength(3);
    expect(aws.deliveries.records.map(({ outcome }) => outcome)).toEqual([
      'dropped',
      'delivered',
      'delivered',
      'delivered',
    ]);
  });

  it('writes what happened to each event, and each call, as JSON lines', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'world-'));
    try {
      const aws = twoAccounts({ eventLogPath: join(folder, 'events'), callLogPath: join(folder, 'calls') });
      aws.log.step = 'lost';
      aws.bus.put(platform.account, region, push);
      const TopicArn = `arn:aws:sns:${region}:${platform.account}:images`;
      await clientOf(aws, platform, SNSClient).send(new PublishCommand({ TopicArn, Message: 'x' }));
      aws.close();
      const lines = (name: string) =>
        readFileSync(join(folder, name), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown);
      expect(lines('events')).toMatchObject([
        { step: 'lost', at: '2026-11-22T02:00:00.000Z', kind: 'eventbridge', outcome: 'delivered' },
      ]);
      expect(lines('calls')).toMatchObject([
        { step: 'lost', service: 'SNS', operation: 'Publish', outcome: 'ok' },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a topic', () => {
  const TopicArn = `arn:aws:sns:${region}:${platform.account}:images`;
  const published = new PublishCommand({
    TopicArn,
    Subject: 'image published',
    Message: '{"schema":"ami-bakery/image-published/1"}',
    MessageAttributes: {
      image: { DataType: 'String', StringValue: 'base-al2023' },
      channel: { DataType: 'String', StringValue: 'stable' },
    },
  });
  const subscribe = (aws: LocalAws, account: typeof platform, policy?: object) =>
    clientOf(aws, account, SNSClient).send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'lambda',
        Endpoint: `arn:aws:lambda:${region}:${shop.account}:function:upstream`,
        Attributes: policy === undefined ? undefined : { FilterPolicy: JSON.stringify(policy) },
      }),
    );

  it('reaches a function of another account, in the shape that Lambda gets from SNS', async () => {
    const aws = twoAccounts();
    const seen = listening(aws, shop, 'upstream');
    const { SubscriptionArn } = await subscribe(aws, shop);
    await clientOf(aws, platform, SNSClient).send(published);
    await aws.scheduler.settle();
    expect(seen).toMatchObject([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: SubscriptionArn,
            Sns: {
              Type: 'Notification',
              TopicArn,
              Subject: 'image published',
              Message: published.input.Message,
              Timestamp: '2026-11-22T02:00:00.000Z',
              MessageAttributes: {
                image: { Type: 'String', Value: 'base-al2023' },
                channel: { Type: 'String', Value: 'stable' },
              },
            },
          },
        ],
      },
    ]);
  });

  it.each<[object, number]>([
    [{ image: ['base-al2023'], channel: ['stable'] }, 1],
    [{ image: [{ prefix: 'base-' }] }, 1],
    [{ channel: [{ 'anything-but': 'stable' }] }, 0],
    [{ architecture: ['arm64'] }, 0],
  ])('with the filter policy %j delivers %i', async (policy, deliveries) => {
    const aws = twoAccounts();
    const seen = listening(aws, shop, 'upstream');
    await subscribe(aws, shop, policy);
    await clientOf(aws, platform, SNSClient).send(published);
    await aws.scheduler.settle();
    expect(seen).toHaveLength(deliveries);
  });

  it('can be subscribed to only where its policy says so', async () => {
    await expect(subscribe(twoAccounts(), { account: '333333333333', region })).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
  });

  it('is published to by its owner only', async () => {
    await expect(clientOf(twoAccounts(), shop, SNSClient).send(published)).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
  });

  it('tells people through local subscriptions', async () => {
    const aws = twoAccounts();
    const sns = clientOf(aws, platform, SNSClient);
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'local', Endpoint: 'platform-team' }));
    await sns.send(published);
    await aws.scheduler.settle();
    expect(aws.sns.notices).toMatchObject([
      { endpoint: 'platform-team', subject: 'image published', attributes: { channel: 'stable' } },
    ]);
  });
});
