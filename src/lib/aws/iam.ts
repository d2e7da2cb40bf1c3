import {
  GetInstanceProfileCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
  type EvaluationResult,
} from '@aws-sdk/client-iam';
import type { ObservedProfile, Right } from '../preflight/facts';
import { call } from './classify';
import type { ClientFactory } from './clients';
import { AwsError } from './errors';

/** What is asked of IAM's simulation. Nothing is called and nothing is changed by asking. */
export interface Simulation {
  roleArn: string;
  actions: readonly string[];
  /** ARNs; `*` where left out. */
  resources?: string[];
  /** Condition keys and their values. */
  context?: Record<string, string>;
}

export interface RoleReader {
  /** By its name without a path; undefined where there is none. */
  instanceProfile(name: string): Promise<ObservedProfile | undefined>;
  /** @throws AwsError NOT_FOUND where there is no such role */
  simulate(simulation: Simulation): Promise<Right[]>;
}

export function iamRoles(clients: ClientFactory): RoleReader {
  const client = () => clients(IAMClient);
  return {
    async instanceProfile(InstanceProfileName) {
      try {
        const { InstanceProfile: it } = await call('iam.GetInstanceProfile', () =>
          client().send(new GetInstanceProfileCommand({ InstanceProfileName })),
        );
        if (it === undefined) return undefined;
        return {
          arn: it.Arn ?? '',
          roles: (it.Roles ?? []).map((role) => ({
            arn: role.Arn ?? '',
            name: role.RoleName ?? '',
            // IAM answers policies URL-encoded (RFC 3986).
            trust: decodeURIComponent(role.AssumeRolePolicyDocument ?? ''),
          })),
        };
      } catch (error) {
        if (error instanceof AwsError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },

    async simulate({ roleArn, actions, resources, context = {} }) {
      const rights: Right[] = [];
      let Marker: string | undefined;
      do {
        const answer = await call('iam.SimulatePrincipalPolicy', () =>
          client().send(
            new SimulatePrincipalPolicyCommand({
              PolicySourceArn: roleArn,
              ActionNames: [...actions],
              ...(resources === undefined ? {} : { ResourceArns: resources }),
              ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
                ContextKeyName,
                ContextKeyType: 'string',
                ContextKeyValues: [value],
              })),
              Marker,
            }),
          ),
        );
        rights.push(...(answer.EvaluationResults ?? []).map(right));
        Marker = answer.IsTruncated === true ? answer.Marker : undefined;
      } while (Marker !== undefined);
      return rights;
    },
  };
}

const right = (result: EvaluationResult): Right => ({
  action: result.EvalActionName ?? '',
  allowed: result.EvalDecision === 'allowed',
  allowedByOrganization: result.OrganizationsDecisionDetail?.AllowedByOrganizations,
  allowedByBoundary: result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
});
