import type * as Sts from '@aws-sdk/client-sts';
import { accessDenied, invalid } from './failure';
import type { CallSite, World } from './world';

export interface StsOptions {
  /** Whether the role's trust policy lets this caller assume it. Default: anybody may. */
  mayAssume?: (roleArn: string, at: CallSite) => boolean;
}

/** STS. Credentials of the local world name their account: `LOCAL` and the account id. */
export class LocalSts {
  constructor(
    private readonly world: Pick<World, 'clock' | 'chance'>,
    private readonly options: StsOptions = {},
  ) {}

  GetCallerIdentity(_input: Sts.GetCallerIdentityRequest, at: CallSite): Sts.GetCallerIdentityResponse {
    const name = at.caller.replaceAll(/[^\w+=,.@-]/g, '-');
    return {
      Account: at.account,
      UserId: `LOCAL${at.account}:${name}`,
      Arn: `arn:aws:sts::${at.account}:assumed-role/local/${name}`,
    };
  }

  AssumeRole(input: Sts.AssumeRoleRequest, at: CallSite): Sts.AssumeRoleResponse {
    const { RoleArn = '', RoleSessionName = '' } = input;
    const [, account, role] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(RoleArn) ?? [];
    if (account === undefined) throw invalid(`${RoleArn} is invalid`);
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName))
      throw invalid(`roleSessionName ${RoleSessionName} is invalid`);
    if (this.options.mayAssume?.(RoleArn, at) === false) {
      throw accessDenied(
        `User: arn:aws:iam::${at.account}:root is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      );
    }
    return {
      Credentials: {
        AccessKeyId: `LOCAL${account}`,
        SecretAccessKey: this.world.chance.hex(40),
        SessionToken: this.world.chance.hex(64),
        Expiration: new Date(this.world.clock.now() + (input.DurationSeconds ?? 3600) * 1000),
      },
      AssumedRoleUser: {
        AssumedRoleId: `LOCAL${account}:${RoleSessionName}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${role!.split('/').at(-1)}/${RoleSessionName}`,
      },
    };
  }
}
