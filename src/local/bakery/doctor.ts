import { createClientFactory } from '../../lib/aws/clients';
import { doctorDeps } from '../../lib/doctor/deps';
import type { Diagnosis } from '../../lib/doctor/diagnosis';
import { examine } from '../../lib/doctor/examine';
import type { Subject } from '../../lib/preflight/subject';
import type { Settings } from '../../lib/settings/settings';
import type { LocalAws } from '../aws/create-world';
import { clientsFor } from '../aws/create-world';
import { accounts } from './deployment';

export const roleNames = { bake: 'bakery-bake', reconcile: 'bakery-reconcile' } as const;

/** What infra/iam.yml gives the roles whose rights the doctor asks for, as far as it asks. */
const roleActions = {
  bake: ['ec2:*', 'logs:PutLogEvents'],
  reconcile: [
    'ec2:CopyImage',
    'ec2:CreateTags',
    'ec2:Describe*',
    'ec2:ModifyImageAttribute',
    'ssm:PutParameter',
  ],
};

/** Makes the roles of an account's stack. The local AWS keeps nobody from anything; they are there to be looked at. */
export function putRoles({ iam }: Pick<LocalAws, 'iam'>, { account, role }: Settings): void {
  if (role === 'consumer') return;
  const allow = (Action: string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow' as const, Action, Resource: '*' }],
  });
  iam.putRole(account, {
    name: roleNames.bake,
    trusts: ['codebuild.amazonaws.com'],
    policies: [allow(roleActions.bake)],
  });
  iam.putRole(account, {
    name: roleNames.reconcile,
    trusts: ['lambda.amazonaws.com'],
    policies: [allow(roleActions.reconcile)],
  });
}

/** What is deployed to an account of the local bakery, as config/<stage>.yml would say it. */
export function localSubject(settings: Settings): Subject {
  const { account, region, role } = settings;
  const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  return {
    source: 'the settings of the local bakery',
    settings,
    upstreamFunctionArn: `arn:aws:lambda:${region}:${account}:function:upstream`,
    makesRepo: false,
    profiles: [],
    buildKeys: [],
    deadLetterQueues: [],
    ...(role === 'consumer'
      ? { followers: { accounts: [] } }
      : {
          bakeRoleArn: roleArn(roleNames.bake),
          reconcileRoleArn: roleArn(roleNames.reconcile),
          buildMachine: { system: 'Linux', size: 'Small' },
          followers: { accounts: Object.values(accounts).filter((other) => other !== account) },
        }),
  };
}

/** `bakery doctor` in an account of the local bakery, as the person who asks. */
export function localDoctor(aws: LocalAws, subject: Subject): () => Promise<Diagnosis> {
  const { account, region } = subject.settings;
  const clients = createClientFactory({
    region,
    prepare: clientsFor(aws, { account, caller: 'person:doctor' }),
  });
  return () => examine(doctorDeps(clients, subject), aws.clock.now());
}
