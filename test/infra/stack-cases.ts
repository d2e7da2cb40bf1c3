import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzip } from '../../packer/environment/bake/unzip';
import { metricNamespace } from '../../src/lib/log/logger';
import { readSettings } from '../../src/lib/settings/read-settings';
import type { Settings } from '../../src/lib/settings/settings';
import { eventRules } from '../../src/local/bakery/event-rules';
import { ofType, textOf } from './grants';
import type { Template } from './grants';
import type { Packaged } from './package-stage';
import type { Stage } from './stages';

export function stackCases(stage: Stage, packagedOf: () => Packaged): void {
  const template = () => packagedOf().template;

  test('functions run on nodejs24.x and arm64, one at a time where it matters', () => {
    const functions = ofType(template(), 'AWS::Lambda::Function');
    const names = functions.map(([id]) => id.replace('LambdaFunction', '')).sort();
    expect(names).toEqual(
      stage.role === 'consumer'
        ? ['Parameter', 'Reconcile', 'Tick', 'Upstream']
        : [
            'Ami',
            'Approve',
            'Build',
            'Command',
            'Janitor',
            'Parameter',
            'Push',
            'Reconcile',
            'Retire',
            'Tick',
            'Upstream',
          ],
    );
    for (const [, { Properties }] of functions)
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    const [[, mapping] = fail('no event source')] = ofType(template(), 'AWS::Lambda::EventSourceMapping');
    const { Queue, ReconcileLambdaFunction: reconcile } = template().Resources;
    expect(mapping.Properties).toMatchObject({
      BatchSize: 10,
      EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
    });
    expect(Queue!.Properties).toMatchObject({ FifoQueue: true });
    // A message is never seen twice while its run goes on, and a run that dies holds up the bakery for a minute more.
    expect(Queue!.Properties['VisibilityTimeout']).toBe(reconcile!.Properties['Timeout'] + 60);
  });

  test('the functions accept their settings', () => {
    for (const [, { Properties }] of ofType(template(), 'AWS::Lambda::Function')) {
      const settings = settingsOf(stage, Properties);
      expect(settings).toMatchObject({ account: stage.account, region: stage.region, role: stage.role });
      expect(settings.queueUrl).toMatch(new RegExp(`/${stage.account}/[a-z-]+\\.fifo$`));
      expect(settings.notify.default).toMatch(new RegExp(`:${stage.account}:[a-z-]+-notices$`));
      expect(settings.maxRetirementsPerRun).toBe(stage.maxRetirementsPerRun ?? 20);
    }
  });

  test('the rules are those of the local bakery, with dead letters', () => {
    const [[, { Properties }] = fail('no function')] = ofType(template(), 'AWS::Lambda::Function');
    const rules = ofType(template(), 'AWS::Events::Rule')
      .filter(([id]) => id !== 'ContainerRule')
      .map(([, rule]) => rule.Properties);
    const made = rules
      .filter((rule) => rule['EventPattern'] !== undefined)
      .map((rule) => ({
        pattern: rule['EventPattern'],
        targets: (rule['Targets'] as { Arn: unknown }[]).map(({ Arn }) =>
          textOf(Arn).replace('LambdaFunction', '').toLowerCase(),
        ),
      }));
    const local = eventRules(settingsOf(stage, Properties)).map(({ pattern, targets }) => ({
      pattern,
      targets,
    }));
    const byTarget = (a: { targets: string[] }, b: { targets: string[] }) =>
      a.targets.join().localeCompare(b.targets.join());
    expect(made.sort(byTarget)).toEqual(local.sort(byTarget));
    const clocks = rules.flatMap((rule) => (rule['ScheduleExpression'] as string | undefined) ?? []);
    expect(clocks.sort()).toEqual([
      ...(stage.role === 'bakery' ? ['rate(1 day)', 'rate(1 hour)'] : []),
      'rate(5 minutes)',
    ]);
    for (const rule of rules)
      for (const target of rule['Targets'])
        expect(target.DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['EventDeadLetters', 'Arn'] } });
  });

  test('alarms on metrics of the bakery name metrics that its functions count, by its own name', async () => {
    const counted = new Set<string>();
    const sources = await readdir(join(import.meta.dirname, '../../src'), { recursive: true });
    for (const file of sources.filter((it) => it.endsWith('.ts'))) {
      const text = await readFile(join(import.meta.dirname, '../../src', file), 'utf8');
      for (const [, metric] of text.matchAll(/\.count\(\s*'(\w+)'/g)) counted.add(metric!);
    }
    const alarms = ofType(template(), 'AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ Namespace }) => Namespace === metricNamespace);
    const metrics = alarms.map(({ MetricName }) => MetricName as string).sort();
    expect(metrics).toEqual([
      ...(stage.role === 'bakery' ? ['LeftoversNotRemoved', 'LeftoversTooMany'] : []),
      'ReconcileTroubles',
      ...(stage.role === 'bakery' ? ['RetirementsTooMany', 'RetirementsUnread'] : []),
    ]);
    expect(metrics.filter((metric) => !counted.has(metric))).toEqual([]);
    for (const { Dimensions } of alarms)
      expect(Dimensions).toEqual([{ Name: 'bakery', Value: stage.bakery }]);
  });

  test('the ledger can be restored and outlives the stack', () => {
    expect(template().Resources['Ledger']).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  test('each queue has one policy at most, and each topic that is followed one subscription', () => {
    const policies = ofType(template(), 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) =>
      (Properties['Queues'] as unknown[]).map(textOf),
    );
    expect(policies).toEqual([...new Set(policies)]);
    const [[, { Properties }] = fail('no function')] = ofType(template(), 'AWS::Lambda::Function');
    const { upstreams, wakeTopics } = settingsOf(stage, Properties);
    const topics = [...upstreams.map(({ topicArn }) => topicArn), ...wakeTopics];
    const subscriptions = ofType(template(), 'AWS::SNS::Subscription').map(([, it]) => it.Properties);
    const permissions = ofType(template(), 'AWS::Lambda::Permission').map(([, it]) => it.Properties);
    expect(new Set(subscriptions.map((it) => it['TopicArn']))).toEqual(new Set(topics));
    expect(subscriptions).toHaveLength(topics.length);
    for (const subscription of subscriptions)
      expect(subscription['RedrivePolicy']).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': ['UpstreamDeadLetters', 'Arn'] },
      });
    const allowed = permissions.filter((it) => it['Principal'] === 'sns.amazonaws.com');
    expect(new Set(allowed.map((it) => it['SourceArn']))).toEqual(new Set(topics));
  });

  test('every role has the path, the name and the boundary that the account asks for', () => {
    const expected = {
      app: { path: '/bakery/', prefix: 'shop-', boundary: 'arn:aws:iam::222222222222:policy/team-boundary' },
      everything: { path: '/a/b/', prefix: 'team-', boundary: 'arn:aws:iam::444444444444:policy/boundary' },
    }[stage.name] ?? { path: '/', prefix: '', boundary: undefined };
    for (const [, { Properties }] of ofType(template(), 'AWS::IAM::Role')) {
      const { PermissionsBoundary, RoleName, Path } = Properties;
      expect(PermissionsBoundary).toBe(expected.boundary);
      expect(Path).toBe(expected.path);
      expect(RoleName).toMatch(new RegExp(`^${expected.prefix}`));
      expect((RoleName as string).length).toBeLessThanOrEqual(64);
    }
  });

  test('everything is tagged with the bakery and what the account asks for', async () => {
    const state = JSON.parse(await readFile(join(packagedOf().folder, 'serverless-state.json'), 'utf8')) as {
      service: { provider: { stackTags: object } };
    };
    // Tags of a stack are put on everything in it.
    const { stackTags } = state.service.provider;
    expect(stackTags).toMatchObject({
      bakery: expect.any(String) as string,
      CostCenter: expect.stringMatching(/^471\d$/) as string,
    });
    for (const [, { Properties }] of ofType(template(), 'AWS::Lambda::Function'))
      expect(
        Object.fromEntries(
          (Properties['Tags'] as { Key: string; Value: string }[]).map((it) => [it.Key, it.Value]),
        ),
      ).toEqual(stackTags);
  });

  test('an archive holds one function, minified, and no source map; the maps are beside', async () => {
    const { folder } = packagedOf();
    for (const [id] of ofType(template(), 'AWS::Lambda::Function')) {
      const name = id.replace('LambdaFunction', '').toLowerCase();
      const files = [...unzip(await readFile(join(folder, `${name}.zip`)))].map(([file]) => file);
      expect(files).toContain(`src/handlers/${name}.mjs`);
      for (const file of files) expect(file).toMatch(new RegExp(`^src/handlers/${name}\\.[\\w.-]*mjs$`));
      expect(await readdir(join(folder, 'maps'))).toContain(`${name}.mjs.map`);
    }
  });

  if (stage.role === 'bakery')
    test('bakes and tests run without privileges, a limited number at a time', () => {
      const { Properties } = template().Resources['BakeProject']!;
      const test = template().Resources['TestProject']!.Properties;
      expect(test['Environment']).toEqual(Properties['Environment']);
      expect(test['Source'].BuildSpec).toMatch(/exported-variables: \[\w+/);
      expect(Properties['Environment']).toMatchObject({ PrivilegedMode: false });
      const [[, { Properties: ofFunction }] = fail('no function')] = ofType(
        template(),
        'AWS::Lambda::Function',
      );
      expect(Properties['ConcurrentBuildLimit']).toBe(settingsOf(stage, ofFunction).maxConcurrentBuilds);
      expect(Properties['Source'].BuildSpec).toContain('exported-variables: [AMIS,');
    });

  if (stage.container === true)
    test('every deployment starts the build of the container, the only one with privileges', () => {
      const { Resources } = template();
      const privileged = ofType(template(), 'AWS::CodeBuild::Project').filter(
        ([, { Properties }]) => Properties['Environment'].PrivilegedMode === true,
      );
      expect(privileged.map(([id]) => id)).toEqual(['ContainerProject']);
      expect(Resources['ContainerProject']!.Properties['Source'].Type).toBe('NO_SOURCE');
      const { EventPattern, Targets } = Resources['ContainerRule']!.Properties;
      expect(EventPattern.detail['status-details'].status).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
      expect(Targets).toEqual([
        expect.objectContaining({
          Arn: { 'Fn::GetAtt': ['ContainerProject', 'Arn'] },
          RoleArn: { 'Fn::GetAtt': ['ContainerStartRole', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['EventDeadLetters', 'Arn'] } },
        }),
      ]);
      // What is pushed is what bakes and tests pull.
      const image = textOf(Resources['BakeProject']!.Properties['Environment'].Image);
      expect(image).toMatch(/\/ami-bakery-elsewhere-packer:[0-9a-f]{16}-x86_64$/);
      const pushed = Resources['ContainerProject']!.Properties['Environment'].EnvironmentVariables as {
        Name: string;
        Value: unknown;
      }[];
      expect(textOf(pushed.find(({ Name }) => Name === 'IMAGE')!.Value)).toBe(image);
      expect(Resources['ContainerRepository']!.Properties).toMatchObject({
        ImageTagMutability: 'IMMUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
      });
    });

  if (stage.places['role of the image repo'] !== undefined)
    test('builds check a repo of another account out for themselves, and its pushes are let in', () => {
      const { Resources } = template();
      for (const id of ['BakeProject', 'TestProject']) {
        const { Source, Environment } = Resources[id]!.Properties;
        expect(Source.Type).toBe('NO_SOURCE');
        const variables = Environment.EnvironmentVariables as { Name: string; Value: unknown }[];
        const valueOf = (name: string) => textOf(variables.find(({ Name }) => Name === name)?.Value ?? '');
        expect(valueOf('BAKERY_REPO_URL')).toMatch(
          /^https:\/\/git-codecommit\.eu-west-2\..*\/v1\/repos\/images$/,
        );
        expect(`arn:aws:${valueOf('BAKERY_REPO_ROLE')}`).toBe(
          'arn:aws:iam::888888888888:role/ami-bakery-image-repo',
        );
      }
      expect(Resources['PushesOfImageRepo']!.Properties['Statement']).toMatchObject({
        Action: 'events:PutEvents',
        Condition: { StringEquals: { 'events:source': 'aws.codecommit' } },
      });
      expect(Resources['ImageRepo']).toBeUndefined();
    });
}

/** What a function reads at its cold start, CloudFormation's part done. */
const settingsOf = (stage: Stage, properties: Template['Resources'][string]['Properties']): Settings =>
  readSettings({ BAKERY_SETTINGS: settingsText(stage, properties) });

export function settingsText(
  stage: Stage,
  { Environment }: Template['Resources'][string]['Properties'],
): string {
  const { 'Fn::Sub': text } = Environment.Variables.BAKERY_SETTINGS as { 'Fn::Sub': string };
  const topic = (name: string) => `arn:aws:sns:${stage.region}:${stage.account}:stack-${name}`;
  const made: Record<string, string> = {
    'AWS::AccountId': stage.account,
    'AWS::Region': stage.region,
    Ledger: 'ledger',
    Queue: `https://sqs.${stage.region}.amazonaws.com/${stage.account}/stack.fifo`,
    AnnouncementTopic: topic('images'),
    NoticeTopic: topic('notices'),
  };
  return text.replace(/\$\{(!?)([\w:]+)\}/g, (_, literal, name: string) =>
    literal === '!' ? `\${${name}}` : (made[name] ?? fail(`nothing is called ${name}`)),
  );
}

function fail(why: string): never {
  throw new Error(why);
}
