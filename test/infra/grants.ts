/** A CloudFormation template, as far as these tests look at it. */
export interface Template {
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, unknown>;
}
export interface TemplateResource {
  Type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any resource of any type
  Properties: Record<string, any>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
}
export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

export const ofType = (template: Template, type: string): [string, TemplateResource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The statements of a role's inline policies. */
export function statementsOf(role: TemplateResource): Statement[] {
  const policies = (role.Properties['Policies'] ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap((policy) => policy.PolicyDocument.Statement);
}

/**
 * Everything that a role is given, one line for each action and resource: `ec2:CreateTags on ec2:eu-west-1::image/* if …`.
 * Two roles with the same lines can do the same.
 */
export function grantsOf(role: TemplateResource): string[] {
  const lines = statementsOf(role).flatMap(({ Effect, Action, Resource, Condition, ...rest }) => {
    const { Sid: _sid, ...unknown } = rest as Record<string, unknown>;
    const extra = Object.keys(unknown).map((key) => ` with ${key}`);
    return asList(Action).flatMap((action) =>
      asList(Resource).map(
        (resource) =>
          `${Effect === 'Allow' ? '' : `${Effect} `}${String(action)} on ${textOf(resource)}${conditionOf(Condition)}${extra.join('')}`,
      ),
    );
  });
  const managed = asList(role.Properties['ManagedPolicyArns'] ?? []);
  return [...new Set([...lines, ...managed.map((arn) => `managed policy ${textOf(arn)}`)])].sort();
}

export const conditionOf = (condition: Statement['Condition']): string =>
  condition === undefined
    ? ''
    : ` if ${Object.entries(condition)
        .flatMap(([operator, keys]) =>
          Object.entries(keys).map(
            ([key, value]) => `${key} ${operator} ${asList(value).map(textOf).join(' or ')}`,
          ),
        )
        .sort()
        .join(' and ')}`;

/** A resource as a person would write it: the logical id of what the stack makes, else the ARN from its service on. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replace(/^arn:aws[a-z-]*:/, '');
  const [[name, argument] = ['', '']] = Object.entries(value as Record<string, unknown>);
  if (name === 'Ref') return String(argument);
  if (name === 'Fn::GetAtt') return (argument as string[])[0]!;
  if (name === 'Fn::Sub')
    return String(argument)
      .replace('arn:${AWS::Partition}:', '')
      .replaceAll('${AWS::Region}', 'REGION')
      .replaceAll('${AWS::AccountId}', 'ACCOUNT');
  return JSON.stringify(value);
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
