import type * as Iam from '@aws-sdk/client-iam';
import { EntityAlreadyExistsException, NoSuchEntityException } from '@aws-sdk/client-iam';
import { evaluate, readPolicy, type PolicyText, type Request } from './policy-evaluation';
import type { CallSite } from './world';

export interface RoleSetup {
  name: string;
  path?: string;
  /** Services that may take it. */
  trusts?: string[];
  policies?: PolicyText[];
  boundary?: PolicyText;
}

interface Role {
  arn: string;
  name: string;
  path: string;
  trust: string;
  policies: PolicyText[];
  boundary?: PolicyText;
}

interface Account {
  roles: Map<string, Role>;
  /** Instance profile → names of the roles in it. */
  profiles: Map<string, string[]>;
  /** The organisation's policies on the account; none: it is in no organisation. */
  scps: PolicyText[];
}

/** AWS's own policies that the bakery's advice names. */
const managed: Record<string, PolicyText> = {
  'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore': {
    Statement: [
      {
        Effect: 'Allow',
        Action: ['ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*'],
        Resource: '*',
      },
    ],
  },
};

/** Roles, instance profiles, and the simulation of what a role may do. The local AWS itself enforces none of it. */
export class LocalIam {
  readonly #accounts = new Map<string, Account>();

  /** Makes or replaces a role as CloudFormation would; answers its ARN. */
  putRole(account: string, { name, path = '/', trusts = [], policies = [], boundary }: RoleSetup): string {
    const arn = `arn:aws:iam::${account}:role${path}${name}`;
    const role: Role = { arn, name, path, trust: JSON.stringify(trustOf(trusts)), policies };
    this.#at(account).roles.set(name, boundary === undefined ? role : { ...role, boundary });
    return arn;
  }

  putInstanceProfile(account: string, profile: string, roles: string[]): void {
    this.#at(account).profiles.set(profile, roles);
  }

  /** What the organisation allows and denies its account. */
  setOrganizationPolicies(account: string, policies: PolicyText[]): void {
    this.#at(account).scps = policies;
  }

  GetInstanceProfile(input: Iam.GetInstanceProfileRequest, at: CallSite): Iam.GetInstanceProfileResponse {
    const name = input.InstanceProfileName ?? '';
    const own = this.#at(at.account);
    const roles = own.profiles.get(name);
    if (roles === undefined) throw missing(`Instance Profile ${name} cannot be found.`);
    return {
      InstanceProfile: {
        Path: '/',
        InstanceProfileName: name,
        InstanceProfileId: `AIPA${name.toUpperCase()}`,
        Arn: `arn:aws:iam::${at.account}:instance-profile/${name}`,
        CreateDate: new Date(0),
        Roles: roles.flatMap((role) => describe(own.roles.get(role))),
      },
    };
  }

  CreateInstanceProfile(input: Iam.CreateInstanceProfileRequest, at: CallSite): object {
    const name = input.InstanceProfileName ?? '';
    const { profiles } = this.#at(at.account);
    if (profiles.has(name))
      throw new EntityAlreadyExistsException({
        message: `Instance Profile ${name} already exists.`,
        $metadata: {},
      });
    profiles.set(name, []);
    return {};
  }

  AddRoleToInstanceProfile(input: Iam.AddRoleToInstanceProfileRequest, at: CallSite): object {
    const { profiles } = this.#at(at.account);
    const role = this.#role(input.RoleName, at);
    const roles = profiles.get(input.InstanceProfileName ?? '');
    if (roles === undefined) throw missing(`Instance Profile ${input.InstanceProfileName} cannot be found.`);
    roles.push(role.name);
    return {};
  }

  UpdateAssumeRolePolicy(input: Iam.UpdateAssumeRolePolicyRequest, at: CallSite): object {
    readPolicy(input.PolicyDocument);
    this.#role(input.RoleName, at).trust = input.PolicyDocument!;
    return {};
  }

  AttachRolePolicy(input: Iam.AttachRolePolicyRequest, at: CallSite): object {
    const policy = managed[input.PolicyArn ?? ''];
    if (policy === undefined) throw missing(`Policy ${input.PolicyArn} does not exist or is not attachable.`);
    this.#role(input.RoleName, at).policies.push(policy);
    return {};
  }

  PutRolePolicy(input: Iam.PutRolePolicyRequest, at: CallSite): object {
    this.#role(input.RoleName, at).policies.push(readPolicy(input.PolicyDocument));
    return {};
  }

  SimulatePrincipalPolicy(
    input: Iam.SimulatePrincipalPolicyRequest,
    at: CallSite,
  ): Iam.SimulatePolicyResponse {
    const name = (input.PolicySourceArn ?? '').split('/').at(-1);
    const role = this.#role(name, at);
    const { scps } = this.#at(at.account);
    const context = Object.fromEntries(
      (input.ContextEntries ?? []).map((it) => [it.ContextKeyName ?? '', it.ContextKeyValues?.[0] ?? '']),
    );
    context['aws:PrincipalArn'] = role.arn;
    const EvaluationResults = (input.ActionNames ?? []).flatMap((action) =>
      (input.ResourceArns ?? ['*']).map((resource) => simulate(role, scps, { action, resource, context })),
    );
    return { EvaluationResults, IsTruncated: false };
  }

  #role(name: string | undefined, at: CallSite): Role {
    const role = this.#at(at.account).roles.get(name ?? '');
    if (role === undefined) throw missing(`The role with name ${name} cannot be found.`);
    return role;
  }

  #at(account: string): Account {
    let own = this.#accounts.get(account);
    if (own === undefined)
      this.#accounts.set(account, (own = { roles: new Map(), profiles: new Map(), scps: [] }));
    return own;
  }
}

/** Everything that applies must allow it: the role's policies, its boundary, and each of the organisation's policies. */
function simulate(role: Role, scps: PolicyText[], request: Request): Iam.EvaluationResult {
  const own = evaluate(role.policies, request);
  const byBoundary = role.boundary === undefined || evaluate([role.boundary], request) === 'allowed';
  const byOrganization = scps.every((policy) => evaluate([policy], request) === 'allowed');
  const denied = own === 'explicitDeny' || scps.some((it) => evaluate([it], request) === 'explicitDeny');
  const allowed = own === 'allowed' && byBoundary && byOrganization;
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: allowed ? 'allowed' : denied ? 'explicitDeny' : 'implicitDeny',
    ...(scps.length === 0 ? {} : { OrganizationsDecisionDetail: { AllowedByOrganizations: byOrganization } }),
    ...(role.boundary === undefined
      ? {}
      : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: byBoundary } }),
  };
}

const trustOf = (services: string[]) => ({
  Version: '2012-10-17',
  Statement: services.map((Service) => ({
    Effect: 'Allow',
    Principal: { Service },
    Action: 'sts:AssumeRole',
  })),
});

const describe = (role: Role | undefined): Iam.Role[] =>
  role === undefined
    ? []
    : [
        {
          Path: role.path,
          RoleName: role.name,
          RoleId: `AROA${role.name.toUpperCase()}`,
          Arn: role.arn,
          CreateDate: new Date(0),
          // IAM answers it URL-encoded.
          AssumeRolePolicyDocument: encodeURIComponent(role.trust),
        },
      ];

const missing = (message: string): Error => new NoSuchEntityException({ message, $metadata: {} });
