import { join } from 'node:path';
import type { BuildGrant, GrantCondition, GrantOption } from '../../infra/build-grant';
import { commandsInUse } from '../../infra/commands-in-use';
import { iamActions } from '../../infra/iam-actions';
import type { Caller, Need, On, Only } from '../../infra/iam-actions';
import { janitorPk } from '../../src/lib/ledger/keys';
import { ofType, textOf } from './grants';
import type { Template } from './grants';

const root = join(import.meta.dirname, '../..');

/** Which ARNs the words of infra/iam-actions.ts are in a deployment. */
export type Places = Partial<Record<On, string[]>>;

/** Conditions as `grantsOf` writes them. */
const onlyIf = (only: Only | undefined, bakery: string): string | undefined => {
  if (only === undefined) return undefined;
  const leftByABake = `aws:ResourceTag/bakery StringEquals ${bakery} and aws:ResourceTag/bakery:bake StringLike b-*`;
  const ownedHere = 'ec2:Owner StringEquals AWS::AccountId';
  return {
    'owned here': ownedHere,
    'left by a bake': leftByABake,
    'left by a bake and owned here': `${leftByABake} and ${ownedHere}`,
    'as it is copied': 'ec2:CreateAction StringEquals CopyImage',
    'through EC2': 'kms:ViaService StringLike ec2.*.${AWS::URLSuffix}',
    'through the search for references': 'aws:CalledVia ForAnyValue:StringEquals ec2-images.amazonaws.com',
    'for AWS services': 'kms:GrantIsForAWSResource Bool true',
    "the janitor's partition": `dynamodb:LeadingKeys ForAllValues:StringEquals ${janitorPk}`,
  }[only];
};

interface Deployment {
  role: 'bakery' | 'consumer';
  bakery: string;
  places: Places;
  /** Of keys that are named by them. */
  keyAliases?: string[];
}

/** What the code of a function needs of its role, as lines of `grantsOf`. A command that no table knows is a need too. */
export async function needsOfCode(handler: string, deployment: Deployment): Promise<string[]> {
  const commands = await commandsOf(handler);
  const caller = callerOf(handler);
  return commands.flatMap((command) => {
    const needs = iamActions[command];
    if (needs === undefined) return [`whatever ${command} needs: infra/iam-actions.ts does not say`];
    return needs
      .filter(
        ({ role, of }) =>
          (role === undefined || role === deployment.role) && (of ?? [caller]).includes(caller),
      )
      .flatMap((need) => lines(need, deployment));
  });
}

const callerOf = (handler: string): Caller =>
  (['janitor', 'retire'] as const).find((name) => handler.endsWith(`/${name}`)) ?? 'others';

const bundled = new Map<string, Promise<string[]>>();

/** A handler is the same in every stage. */
function commandsOf(handler: string): Promise<string[]> {
  const known = bundled.get(handler) ?? commandsInUse(join(root, `${handler}.ts`));
  bundled.set(handler, known);
  return known;
}

function lines({ action, on, only, where }: Need, deployment: Deployment): string[] {
  const none = where === undefined ? [`${on}, which this deployment has none of`] : [];
  const byAlias =
    on === 'keys by alias'
      ? `kms:ResourceAliases ForAnyValue:StringEquals ${deployment.keyAliases?.join(' or ')}`
      : undefined;
  const conditions = [onlyIf(only, deployment.bakery), byAlias].filter((it) => it !== undefined).sort();
  return (deployment.places[on] ?? none).map(
    (place) => `${action} on ${place}${conditions.length === 0 ? '' : ` if ${conditions.join(' and ')}`}`,
  );
}

/** What Lambda needs of a function's role for how the function is invoked and what it leaves behind. */
export function needsOfTriggers(template: Template, functionId: string): string[] {
  const isOf = (name: unknown) => textOf(name) === functionId;
  const sources = ofType(template, 'AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) =>
    isOf(Properties['FunctionName']),
  );
  const failures = ofType(template, 'AWS::Lambda::EventInvokeConfig').filter(([, { Properties }]) =>
    isOf(Properties['FunctionName']),
  );
  return [
    ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(
      (action) => `${action} on ${functionId.replace('LambdaFunction', 'LogGroup')}`,
    ),
    ...sources.flatMap(([, { Properties }]) =>
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'].map(
        (action) => `${action} on ${textOf(Properties['EventSourceArn'])}`,
      ),
    ),
    ...failures.map(
      ([, { Properties }]) =>
        `sqs:SendMessage on ${textOf(Properties['DestinationConfig'].OnFailure.Destination)}`,
    ),
  ];
}

const conditions: Record<Exclude<GrantCondition, 'for CodeBuild in its subnets'>, string> = {
  'is tagged with a bake': ' if aws:ResourceTag/bakery:bake StringLike b-*',
  'tags it with a bake': ' if aws:RequestTag/bakery:bake StringLike b-*',
  'as it is made':
    ' if ec2:CreateAction StringEquals CreateImage or CreateKeyPair or CreateSecurityGroup or ImportKeyPair or RunInstances',
  'tags an own one with a bake':
    ' if aws:RequestTag/bakery:bake StringLike b-* and ec2:Owner StringEquals AWS::AccountId',
  'is an own result of a bake':
    ' if aws:ResourceTag/bakery:bake StringLike b-* and ec2:Owner StringEquals AWS::AccountId',
  'tags it with a bake, as a test':
    ' if aws:RequestTag/bakery:bake StringLike b-* and aws:RequestTag/bakery:purpose StringEquals test',
  'is tagged as a test': ' if aws:ResourceTag/bakery:purpose StringEquals test',
  'as it is launched': ' if ec2:CreateAction StringEquals RunInstances',
  'to EC2': ' if iam:PassedToService StringEquals ec2.amazonaws.com',
  'through EC2': ' if kms:ViaService StringEquals ec2.REGION.${AWS::URLSuffix}',
  'for AWS services': ' if kms:GrantIsForAWSResource Bool true',
};

/** What a deployment makes of its builds' roles: the values of the words in infra/*-actions.ts, and its options. */
export interface BuildOptions {
  words: Record<string, string>;
  subnets?: string[];
  with: GrantOption[];
}

/** What a build needs of its role. */
export function needsOfBuild(
  grants: BuildGrant[],
  { words, subnets = [], with: options }: BuildOptions,
): string[] {
  const filledIn = (place: string) => place.replace(/[A-Z_]{3,}/g, (word) => words[word] ?? word);
  const condition = ({ only }: BuildGrant, action: string): string => {
    if (only === undefined) return '';
    if (only !== 'for CodeBuild in its subnets') {
      // Systems Manager spells the tag of an instance in its own way.
      return action.startsWith('ssm:')
        ? conditions[only].replace('aws:ResourceTag', 'ssm:resourceTag')
        : conditions[only];
    }
    const arns = subnets.map((subnet) => `ec2:REGION:ACCOUNT:subnet/${subnet}`).join(' or ');
    return ` if ec2:AuthorizedService StringEquals codebuild.amazonaws.com and ec2:Subnet ArnEquals ${arns}`;
  };
  return grants
    .filter(({ when }) => when === undefined || options.includes(when))
    .flatMap((grant) =>
      grant.actions.flatMap((action) =>
        grant.on.map((place) => `${action} on ${filledIn(place)}${condition(grant, action)}`),
      ),
    );
}

/** What is too much and what is too little, in words; undefined where both are the same. */
export function difference(role: string, granted: string[], needed: string[]): string | undefined {
  const surplus = granted.filter((line) => !needed.includes(line));
  const missing = [...new Set(needed)].filter((line) => !granted.includes(line));
  if (surplus.length === 0 && missing.length === 0) return undefined;
  return [
    `${role}:`,
    ...missing.map((line) => `  missing: ${line}`),
    ...surplus.map((line) => `  surplus: ${line}`),
  ].join('\n');
}
