import { LocalAutoScaling } from './auto-scaling';
import { CallLog } from './call-log';
import { Chance } from './chance';
import type { Clock } from './clock';
import { Deliveries } from './deliveries';
import { LocalDynamoDb } from './dynamodb';
import type { DynamoDbOptions } from './dynamodb';
import { LocalEc2 } from './ec2/local-ec2';
import type { Ec2Options } from './ec2/options';
import { LocalEventBus } from './events';
import type { EventBusOptions } from './events';
import { Faults } from './faults';
import { LocalFunctions } from './functions';
import { LocalIam } from './iam';
import { LocalKms } from './kms';
import { LocalLambda } from './lambda';
import { LocalScheduler } from './local-scheduler';
import { attachLocal } from './middleware';
import type { AnyClient } from './middleware';
import { LocalServices } from './registry';
import { LocalServiceQuotas } from './service-quotas';
import { LocalSns } from './sns';
import { LocalSqs } from './sqs';
import type { QueueOptions } from './sqs-queue';
import { LocalSsm } from './ssm';
import type { SsmOptions } from './ssm';
import { LocalRunCommand } from './ssm-run-command';
import type { RunCommandOptions } from './ssm-run-command';
import { LocalSts } from './sts';
import type { StsOptions } from './sts';
import type { CallSite, World } from './world';

/** What CloudFormation would have made in an account. */
export interface AccountSetup {
  id: string;
  region: string;
  tables?: string[];
  queues?: ({ name: string } & QueueOptions)[];
  topics?: { name: string; maySubscribe?: string[] }[];
}

export interface WorldOptions {
  clock: Clock;
  seed: number;
  accounts: AccountSetup[];
  callLogPath?: string;
  eventLogPath?: string;
  /** False for long simulations: calls and deliveries are not kept in memory. */
  keepRecords?: boolean;
  /** Nothing in this world does I/O: it is spared the turns of the event loop. */
  noIo?: boolean;
  /** Labels of the tasks that ran are kept in `scheduler.trace`. */
  trace?: boolean;
  ssm?: Omit<SsmOptions, 'amiVisible'>;
  runCommand?: Omit<RunCommandOptions, 'instance'>;
  dynamodb?: DynamoDbOptions;
  events?: EventBusOptions;
  sns?: { deliveryMs?: number };
  sts?: StsOptions;
  ec2?: Ec2Options;
  /** Further services by the SDK's names (`CodeCommit`, `CodeBuild`), made on the finished world. */
  extend?: (world: World) => Record<string, object>;
}

/** The embedded AWS, put together. */
export interface LocalAws {
  world: World;
  clock: Clock;
  chance: Chance;
  scheduler: LocalScheduler;
  services: LocalServices;
  log: CallLog;
  faults: Faults;
  deliveries: Deliveries;
  functions: LocalFunctions;
  bus: LocalEventBus;
  ssm: LocalSsm;
  dynamodb: LocalDynamoDb;
  sqs: LocalSqs;
  sns: LocalSns;
  ec2: LocalEc2;
  kms: LocalKms;
  iam: LocalIam;
  quotas: LocalServiceQuotas;
  autoScaling: LocalAutoScaling;
  /** Closes the log files. */
  close(): void;
}

export function createWorld(options: WorldOptions): LocalAws {
  const { clock } = options;
  const keep = options.keepRecords ?? true;
  const chance = new Chance(options.seed);
  const scheduler = new LocalScheduler(clock, { trace: options.trace, noIo: options.noIo });
  const log = new CallLog({ path: options.callLogPath, keep });
  const faults = new Faults();
  const parts = { clock, chance, scheduler };
  const deliveries = new Deliveries(parts, { path: options.eventLogPath, keep, step: () => log.step });
  const functions = new LocalFunctions(parts);
  const bus = new LocalEventBus(parts, { deliveries, functions }, options.events);
  const world: World = { ...parts, events: bus };

  const services = new LocalServices(world, log, faults);
  const kms = new LocalKms(world);
  const ec2 = new LocalEc2(world, {
    keyUsable: (account, region, key) => kms.isUsable({ account, region }, key),
    keyArn: (account, region, key) => kms.arnOf({ account, region }, key) ?? key,
    isDefaultKey: (account, region, key) => key === kms.arnOf({ account, region }, 'alias/aws/ebs'),
    parameters: (at): { arn: string; value: string }[] => ssm.values(at),
    ...options.ec2,
  });
  const ssm: LocalSsm = new LocalSsm(world, {
    ...options.ssm,
    amiVisible: (account, region, amiId) => ec2.amiVisible(account, region, amiId),
  });
  const runCommand = new LocalRunCommand(world, {
    ...options.runCommand,
    instance: (at, id) => ec2.instance(at, id),
  });
  Object.assign(ssm, runCommand.operations());
  const dynamodb = new LocalDynamoDb(world, options.dynamodb);
  const sqs = new LocalSqs(world);
  const sns = new LocalSns(world, { functions, deliveries }, options.sns);
  const iam = new LocalIam();
  const autoScaling = new LocalAutoScaling();
  const quotas = new LocalServiceQuotas();
  const own = {
    EC2: ec2,
    KMS: kms,
    SSM: ssm,
    DynamoDB: dynamodb,
    SQS: sqs,
    SNS: sns,
    AutoScaling: autoScaling,
    IAM: iam,
    ServiceQuotas: quotas,
  };
  const all = { ...own, Lambda: new LocalLambda(functions), STS: new LocalSts(world, options.sts) };
  for (const [name, service] of Object.entries({ ...all, ...options.extend?.(world) })) {
    services.register(name, service);
  }
  for (const account of options.accounts) setUp(account, { dynamodb, sqs, sns });

  const close = () => {
    log.close();
    deliveries.close();
  };
  const aws = { world, clock, chance, scheduler, services, log, faults, deliveries, functions, bus };
  return { ...aws, ssm, dynamodb, sqs, sns, ec2, kms, iam, quotas, autoScaling, close };
}

function setUp(account: AccountSetup, aws: Pick<LocalAws, 'dynamodb' | 'sqs' | 'sns'>): void {
  const at = { account: account.id, region: account.region };
  for (const table of account.tables ?? []) aws.dynamodb.createTable(at, table);
  for (const { name, ...queue } of account.queues ?? []) aws.sqs.createQueue(at, name, queue);
  for (const { name, ...topic } of account.topics ?? []) aws.sns.createTopic(at, name, topic);
}

/**
 * For the client factory's `prepare`: its clients answer from this world, as the caller that `site` names. The client's
 * region is the one that the factory made it for; its account the one of the role that it assumes.
 */
export function clientsFor(
  aws: { services: Pick<LocalServices, 'call'> },
  site: { account: string; caller: string },
): (client: AnyClient, region: string, roleArn?: string) => void {
  return (client, region, roleArn) => {
    const account = roleArn?.split(':')[4] ?? site.account;
    const at: CallSite = { account, caller: site.caller, region };
    attachLocal(client, { services: aws.services, site: at });
  };
}
