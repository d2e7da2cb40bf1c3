import type { Build } from '@aws-sdk/client-codebuild';
import type { Image, Instance } from '@aws-sdk/client-ec2';
import { createClientFactory } from '../../lib/aws/clients';
import { codeBuild } from '../../lib/aws/codebuild';
import { codeCommitRepo } from '../../lib/aws/codecommit';
import { dynamoTable } from '../../lib/aws/dynamodb';
import type { Table } from '../../lib/aws/edges';
import { ec2Amis } from '../../lib/aws/ec2';
import { ec2Copies } from '../../lib/aws/ec2-copies';
import { ec2ImageLife } from '../../lib/aws/ec2-life';
import { kmsKeys } from '../../lib/aws/kms-keys';
import { snsTopic } from '../../lib/aws/sns';
import { ssmParameters } from '../../lib/aws/ssm';
import { readState } from '../../lib/ledger/read-state';
import type { LedgerState } from '../../lib/ledger/read-state';
import type { Logger } from '../../lib/log/logger';
import { observeOnly } from '../../lib/reconcile/reconcile';
import type { Report } from '../../lib/reconcile/report';
import { CallLog } from '../aws/call-log';
import { Faults } from '../aws/faults';
import { attachLocal } from '../aws/middleware';
import { LocalServices } from '../aws/registry';
import type { LocalBakery } from './local-bakery';

/** Looks at an account from outside: what it sees is what AWS would show, and its looks are in no record of calls. */
export interface Observer {
  /** What `reconcile` would find and decide now. */
  report(account: string): Promise<Report>;
  ledger(account: string): Promise<LedgerState>;
  table(account: string): Table;
  /** AMI id by name of each parameter under the bakery's prefix. */
  parameters(account: string): Map<string, string>;
  /** AMIs the account owns. */
  images(account: string): Image[];
  image(account: string, amiId: string): Image | undefined;
  instances(account: string): Instance[];
  /** Newest first. */
  builds(account: string): Build[];
  /** Accounts that may launch an AMI of this account's. */
  sharedWith(account: string, amiId: string): string[];
}

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  count: () => undefined,
  with: () => silent,
};

const neverBakes = (): never => {
  throw new TypeError('an observer claims nothing');
};

export function createObserver({ aws, codebuild, codecommit, deployments }: LocalBakery): Observer {
  const services = new LocalServices(aws.world, new CallLog({ keep: false }), new Faults());
  const all = {
    EC2: aws.ec2,
    SSM: aws.ssm,
    DynamoDB: aws.dynamodb,
    CodeBuild: codebuild,
    CodeCommit: codecommit,
  };
  for (const [name, service] of Object.entries(all)) services.register(name, service);
  const settingsOf = (account: string) =>
    deployments.find(({ settings }) => settings.account === account)!.settings;
  const at = (account: string) => ({ account, region: settingsOf(account).region, caller: 'observer' });
  const clients = (account: string) =>
    createClientFactory({
      region: settingsOf(account).region,
      prepare: (client, region) => attachLocal(client, { services, site: { ...at(account), region } }),
    });
  const table = (account: string) => dynamoTable(clients(account), settingsOf(account).table);
  return {
    table,
    ledger: (account) => readState(table(account)),
    report: (account) => {
      const settings = settingsOf(account);
      const factory = clients(account);
      const { repo } = settings;
      return observeOnly({
        settings,
        log: silent,
        table: table(account),
        ...(repo === undefined
          ? {}
          : {
              repo: codeCommitRepo(factory, {
                repository: repo.name,
                branch: repo.branch,
                region: repo.region,
                roleArn: repo.roleArn,
              }),
            }),
        builds: codeBuild(factory),
        amis: ec2Amis(factory),
        copies: ec2Copies(factory),
        imageLife: ec2ImageLife(factory),
        keys: kmsKeys(factory),
        parameters: ssmParameters(factory),
        topic: snsTopic(factory),
        nowMs: () => aws.clock.now(),
        chance: () => 0,
        newBakeId: neverBakes,
        remainingMs: () => Number.POSITIVE_INFINITY,
      });
    },
    parameters: (account) => {
      const values = new Map<string, string>();
      let NextToken: string | undefined;
      do {
        const page = aws.ssm.GetParametersByPath({ Path: '/', Recursive: true, NextToken }, at(account));
        for (const { Name, Value } of page.Parameters ?? []) values.set(Name!, Value!);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return values;
    },
    images: (account) => aws.ec2.DescribeImages({ Owners: ['self'] }, at(account)).Images ?? [],
    image: (account, amiId) =>
      aws.ec2.DescribeImages({ Filters: [{ Name: 'image-id', Values: [amiId] }] }, at(account)).Images?.[0],
    instances: (account) =>
      (aws.ec2.DescribeInstances({}, at(account)).Reservations ?? []).flatMap(
        ({ Instances }) => Instances ?? [],
      ),
    builds: (account) => {
      const { buildProject: projectName } = settingsOf(account);
      if (projectName === undefined) return [];
      const builds: Build[] = [];
      let nextToken: string | undefined;
      do {
        const page = codebuild.ListBuildsForProject({ projectName, nextToken }, at(account));
        const { ids = [] } = page;
        if (ids.length > 0) builds.push(...(codebuild.BatchGetBuilds({ ids }, at(account)).builds ?? []));
        ({ nextToken } = page);
      } while (nextToken !== undefined);
      return builds;
    },
    sharedWith: (account, amiId) => {
      const input = { ImageId: amiId, Attribute: 'launchPermission' } as const;
      const { LaunchPermissions } = aws.ec2.DescribeImageAttribute(input, at(account));
      return (LaunchPermissions ?? []).flatMap(({ UserId }) => UserId ?? []);
    },
  };
}
