import { shown } from '../src/lib/settings/settings-error';
import type { SettingsProblem } from '../src/lib/settings/settings-error';

type Written = Record<string, unknown>;

/** Rules between `settings` and `stack`, on what was written. */
export function checkStack(settings: Written, stack: Written, region: unknown): SettingsProblem[] {
  return [
    ...checkNames(stack),
    ...(settings['role'] === 'consumer' ? checkConsumer(stack) : checkBakery(settings, stack, region)),
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; the longest role is `…-reconcile`. */
const maxRoleName = 64;

function checkNames({ name, roleNamePrefix = '' }: Written): SettingsProblem[] {
  // What is no text is told by the schema.
  if (typeof name !== 'string' || typeof roleNamePrefix !== 'string') return [];
  const longest = `${roleNamePrefix}${name}-reconcile`;
  if (longest.length <= maxRoleName) return [];
  return [
    {
      path: 'stack.roleNamePrefix',
      value: shown(roleNamePrefix),
      problem: `makes role names of ${longest.length} characters (${longest}), and IAM takes ${maxRoleName}`,
      fix: 'Shorten it, or set a shorter stack.name.',
    },
  ];
}

const checkConsumer = (stack: Written): SettingsProblem[] =>
  ['imageRepo', 'followers', 'bake', 'container'].flatMap((field) =>
    stack[field] === undefined
      ? []
      : [
          {
            path: `stack.${field}`,
            value: shown(stack[field]),
            problem: 'a consumer has none',
            fix: 'Remove it, or set settings.role to bakery.',
          },
        ],
  );

const nameOf = (profile: unknown) => (typeof profile === 'string' ? profile.split('/').at(-1) : undefined);

function checkBakery(settings: Written, stack: Written, region: unknown): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const repo = (settings['repo'] ?? {}) as Written;
  const isElsewhere = repo['roleArn'] !== undefined || (repo['region'] ?? region) !== region;
  if (isElsewhere && [undefined, 'create'].includes(stack['imageRepo'] as string | undefined))
    problems.push({
      path: 'stack.imageRepo',
      value: shown(stack['imageRepo']),
      problem: 'would make a repository here, and settings.repo is in another account or region',
      fix: 'Set it to existing.',
    });
  if (stack['container'] !== undefined && (stack['bake'] as Written | undefined)?.['image'] !== undefined)
    problems.push({
      path: 'stack.container',
      value: shown(stack['container']),
      problem: 'is one image for builds, and stack.bake.image is another',
      fix: 'Remove one of them.',
    });
  const profile = settings['instanceProfile'];
  const allowed = ((stack['bake'] as Written | undefined)?.['instanceProfiles'] ?? []) as ({
    profile?: unknown;
  } | null)[];
  const named = Array.isArray(allowed) ? allowed.map((it) => nameOf(it?.profile)) : [];
  if (typeof profile === 'string' && !named.includes(profile))
    problems.push({
      path: 'settings.instanceProfile',
      value: shown(profile),
      problem: 'is not one that builds may use',
      fix: 'Add it with its role to stack.bake.instanceProfiles.',
    });
  return problems;
}
