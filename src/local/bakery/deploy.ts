import type { LocalCodeBuild } from '../builds/codebuild';
import type { LocalAws } from '../aws/create-world';
import { mapQueue } from '../aws/queue-mapping';
import type { accountFunctions, FunctionName } from './account-functions';
import { names } from './deployment';
import type { Deployment } from './deployment';
import { localDoctor, localSubject, putRoles } from './doctor';
import { eventRules } from './event-rules';

/** Puts one account's stack up: functions, rules, the queue that feeds `reconcile`, subscriptions, build projects. */
export function deploy(
  aws: LocalAws,
  codebuild: LocalCodeBuild,
  { title, settings }: Deployment,
  made: { functions: ReturnType<typeof accountFunctions>; buildspec: string; testBuildspec?: string },
): void {
  const at = { account: settings.account, region: settings.region };
  for (const [name, handler] of Object.entries(made.functions)) aws.functions.register(at, name, handler);
  // No function of a deployment: it runs where the person is who asks, and the local AWS is here.
  aws.functions.register(at, 'doctor', localDoctor(aws, localSubject(settings)));
  putRoles(aws, settings);
  for (const rule of eventRules(settings)) aws.bus.putRule(at, rule);
  mapQueue(
    { world: aws.world, sqs: aws.sqs, functions: aws.functions, deliveries: aws.deliveries },
    { ...at, queueName: names.queue, functionName: 'reconcile' satisfies FunctionName },
  );
  const subscribe = (TopicArn: string, Protocol: string, Endpoint: string) =>
    aws.sns.Subscribe({ TopicArn, Protocol, Endpoint }, { ...at, caller: 'cloudformation' });
  subscribe(`arn:aws:sns:${at.region}:${at.account}:${names.noticeTopic}`, 'local', `${title} team`);
  for (const { topicArn } of settings.upstreams) {
    subscribe(topicArn, 'lambda', `arn:aws:lambda:${at.region}:${at.account}:function:upstream`);
  }
  if (settings.repo === undefined || settings.buildProject === undefined) return;
  const { name } = settings.repo;
  const projects = { [settings.buildProject]: made.buildspec };
  if (settings.testProject !== undefined)
    projects[settings.testProject] = made.testBuildspec ?? made.buildspec;
  for (const [project, buildspec] of Object.entries(projects)) {
    codebuild.putProject(at, {
      name: project,
      source: {
        type: 'CODECOMMIT',
        location: `https://git-codecommit.${at.region}.amazonaws.com/v1/repos/${name}`,
        gitCloneDepth: 1,
        buildspec,
      },
      concurrentBuildLimit: settings.maxConcurrentBuilds,
      // As in infra/builds.yml.
      queuedTimeoutInMinutes: 30,
    });
  }
}
