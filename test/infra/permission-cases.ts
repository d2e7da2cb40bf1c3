import { bakeActions } from '../../infra/bake-actions';
import { containerActions, containerStartActions } from '../../infra/container-actions';
import { testActions } from '../../infra/test-actions';
import { grantsOf, ofType, statementsOf, textOf } from './grants';
import type { Statement, Template, TemplateResource } from './grants';
import { difference, needsOfBuild, needsOfCode, needsOfTriggers } from './needs';
import type { Stage } from './stages';

/** Needs of every role of a stage, by logical id. */
async function needsByRole(stage: Stage, template: Template): Promise<Map<string, string[]>> {
  const functions = ofType(template, 'AWS::Lambda::Function');
  const ofFunctions = await Promise.all(
    functions.map(async ([id, { Properties }]) => {
      const handler = (Properties['Handler'] as string).replace(/\.handler$/, '');
      const needs = [...(await needsOfCode(handler, stage)), ...needsOfTriggers(template, id)];
      return [roleOf(Properties['Role']), needs] as const;
    }),
  );
  const roles = new Map<string, string[]>(ofFunctions);
  if (roles.size < functions.length) throw new Error('two functions share a role');
  const { builds } = stage;
  if (builds === undefined) return roles;
  roles.set('BakeRole', needsOfBuild(bakeActions, builds)).set('TestRole', needsOfBuild(testActions, builds));
  if (stage.container === true)
    roles
      .set('ContainerRole', needsOfBuild(containerActions, builds))
      .set('ContainerStartRole', needsOfBuild(containerStartActions, builds));
  return roles;
}

/** `{ "Fn::Sub": "${PushRole.Arn}" }` */
const roleOf = (role: unknown): string => /^\$\{(\w+)\.Arn\}$/.exec(textOf(role))?.[1] ?? textOf(role);

/** What is wrong with the roles of a template; '' where nothing is. */
function complaints(template: Template, needs: Map<string, string[]>): string {
  const roles = ofType(template, 'AWS::IAM::Role');
  const strangers = roles.filter(([id]) => !needs.has(id)).map(([id]) => `${id}: nobody needs it`);
  const differences = [...needs].map(([id, needed]) => {
    const role = template.Resources[id];
    return role === undefined ? `${id}: is not in the template` : difference(id, grantsOf(role), needed);
  });
  return [...strangers, ...differences.filter((it) => it !== undefined)].join('\n');
}

export function permissionCases(stage: Stage, templateOf: () => Template): void {
  test('each role allows what the code behind it calls, and nothing else', async () => {
    const template = templateOf();
    expect(complaints(template, await needsByRole(stage, template))).toBe('');
  });

  test('any one action, resource or condition less or more is noticed', async () => {
    const template = templateOf();
    const needs = await needsByRole(stage, template);
    const roles = ofType(template, 'AWS::IAM::Role');
    const actions = new Set(
      roles.flatMap(([, role]) => statementsOf(role).flatMap(({ Action }) => Action as string[])),
    );
    for (const action of ['iam:CreateUser', 'ec2:DeregisterImage', '*']) actions.add(action);
    const tried = roles.flatMap(([id, role]) =>
      [...mutants(role, actions)].map(([what, mutant]) => ({
        what: `${id}, ${what}`,
        noticed: difference(id, grantsOf(mutant), needs.get(id) ?? []) !== undefined,
      })),
    );
    expect(tried.filter(({ noticed }) => !noticed)).toEqual([]);
    // Each action of each role is taken away once, and each action of any role is given to each statement.
    expect(tried.length).toBeGreaterThan(roles.length * actions.size);
  });
}

/** The role changed in one place. */
function* mutants(role: TemplateResource, actions: Iterable<string>): Generator<[string, TemplateResource]> {
  const held = new Set(grantsOf(role));
  for (const [index, statement] of statementsOf(role).entries()) {
    const change = (changed: Partial<Statement>): TemplateResource => {
      const copy = structuredClone(role);
      Object.assign(statementsOf(copy)[index]!, changed);
      return copy;
    };
    const at = statement.Sid ?? String(index);
    const own = statement.Action as string[];
    for (const action of own)
      yield [`${at} without ${action}`, change({ Action: own.filter((other) => other !== action) })];
    for (const action of actions) {
      const mutant = change({ Action: [...own, action] });
      // A statement may repeat what another one gives already.
      if (grantsOf(mutant).some((line) => !held.has(line))) yield [`${at} with ${action}`, mutant];
    }
    if (statement.Resource !== '*') yield [`${at} on everything`, change({ Resource: '*' })];
    if (statement.Condition !== undefined)
      yield [`${at} without its condition`, change({ Condition: undefined })];
    yield [`${at} as a denial`, change({ Effect: 'Deny' })];
  }
  const ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
  yield ['a managed policy', { ...role, Properties: { ...role.Properties, ManagedPolicyArns } }];
}
