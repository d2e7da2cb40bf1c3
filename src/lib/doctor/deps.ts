import type { ClientFactory } from '../aws/clients';
import { codeBuildProjects, type ProjectReader } from '../aws/codebuild-projects';
import { codeCommitLookup, type RepoLookup } from '../aws/codecommit-lookup';
import { dynamoReader } from '../aws/dynamodb';
import { ec2Amis } from '../aws/ec2';
import { ec2Surroundings, type SurroundingsReader } from '../aws/ec2-doctor';
import type { Amis, Parameters, Table } from '../aws/edges';
import { iamRoles, type RoleReader } from '../aws/iam';
import { kmsReader, type KeyReader } from '../aws/kms-reader';
import { serviceQuotas, type QuotaReader } from '../aws/quotas';
import { snsReader, type TopicReader } from '../aws/sns-reader';
import { sqsDepth, type QueueDepth } from '../aws/sqs-depth';
import { ssmInventory, type ParameterInventory } from '../aws/ssm-inventory';
import { ssmReader } from '../aws/ssm';
import type { Subject } from '../preflight/subject';

/** What the doctor looks with. Nothing in it can change anything. */
export interface DoctorDeps {
  subject: Subject;
  table: Pick<Table, 'query'>;
  keys: KeyReader;
  roles: RoleReader;
  quotas: QuotaReader;
  surroundings: SurroundingsReader;
  topics: TopicReader;
  project: ProjectReader;
  repo: RepoLookup;
  queueDepth: QueueDepth;
  inventory: ParameterInventory;
  parameters: Pick<Parameters, 'get'>;
  amis: Pick<Amis, 'get' | 'launchPermissions'>;
}

export function doctorDeps(clients: ClientFactory, subject: Subject): DoctorDeps {
  const { get, launchPermissions } = ec2Amis(clients);
  return {
    subject,
    table: dynamoReader(clients, subject.settings.table),
    keys: kmsReader(clients),
    roles: iamRoles(clients),
    quotas: serviceQuotas(clients),
    surroundings: ec2Surroundings(clients),
    topics: snsReader(clients),
    project: codeBuildProjects(clients),
    repo: codeCommitLookup(clients),
    queueDepth: sqsDepth(clients),
    inventory: ssmInventory(clients),
    parameters: ssmReader(clients),
    amis: { get, launchPermissions },
  };
}
