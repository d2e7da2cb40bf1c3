import type * as Kms from '@aws-sdk/client-kms';
import { InvalidMarkerException, KMSInvalidStateException, NotFoundException } from '@aws-sdk/client-kms';
import { accessDenied } from './failure';
import { page } from './page';
import { PerSite } from './per-site';
import { evaluate, readPolicy } from './policy-evaluation';
import type { CallSite, World } from './world';

interface Place {
  account: string;
  region: string;
}

interface Key {
  id: string;
  arn: string;
  account: string;
  state: Kms.KeyState;
  managedByAws: boolean;
  policy: string;
  grants: Kms.GrantListEntry[];
}

/** Grants on a page where the caller says nothing; AWS: 50. Small, so that paging is exercised. */
const pageSize = 2;

/** Keys, with policies and grants. They encrypt nothing: what is encrypted with them says so. */
export class LocalKms {
  readonly #keys = new PerSite<Key[]>((account, region) => [this.#managed({ account, region })]);
  readonly #aliases = new PerSite<Map<string, string>>(() => new Map());

  constructor(private readonly world: Pick<World, 'clock' | 'chance'>) {}

  /** Makes a key as CloudFormation would; answers its ARN. */
  createKey(at: Place, options: { alias?: string; policy?: object } = {}): string {
    const id = this.world.chance.uuid();
    const arn = `arn:aws:kms:${at.region}:${at.account}:key/${id}`;
    const policy = JSON.stringify(options.policy ?? ownPolicy(at.account));
    this.#keys
      .at(at)
      .push({ id, arn, account: at.account, state: 'Enabled', managedByAws: false, policy, grants: [] });
    if (options.alias !== undefined) this.#aliases.at(at).set(options.alias, id);
    return arn;
  }

  /** Whether EBS could encrypt with it. */
  isUsable(at: Place, key: string): boolean {
    return this.#look(at, key)?.state === 'Enabled';
  }

  /** ARN of what a request calls a key by id, alias or ARN; undefined where there is none. */
  arnOf(at: Place, key: string): string | undefined {
    return this.#look(at, key)?.arn;
  }

  DescribeKey(input: Kms.DescribeKeyRequest, at: CallSite): Kms.DescribeKeyResponse {
    const key = this.#find(input.KeyId, at);
    this.#authorize(key, at, 'kms:DescribeKey');
    return {
      KeyMetadata: {
        KeyId: key.id,
        Arn: key.arn,
        AWSAccountId: key.account,
        KeyState: key.state,
        Enabled: key.state === 'Enabled',
        KeyManager: key.managedByAws ? 'AWS' : 'CUSTOMER',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        CreationDate: new Date(0),
      },
    };
  }

  GetKeyPolicy(input: Kms.GetKeyPolicyRequest, at: CallSite): Kms.GetKeyPolicyResponse {
    return { PolicyName: 'default', Policy: this.#own(input.KeyId, at).policy };
  }

  PutKeyPolicy(input: Kms.PutKeyPolicyRequest, at: CallSite): object {
    const key = this.#own(input.KeyId, at);
    readPolicy(input.Policy);
    key.policy = input.Policy!;
    return {};
  }

  ListGrants(input: Kms.ListGrantsRequest, at: CallSite): Kms.ListGrantsResponse {
    const key = this.#find(input.KeyId, at);
    this.#authorize(key, at, 'kms:ListGrants');
    const badMarker = () => new InvalidMarkerException({ message: 'the marker is not valid', $metadata: {} });
    const size = Math.min(input.Limit ?? pageSize, pageSize);
    const { items, next } = page(key.grants, size, input.Marker, badMarker);
    return { Grants: items, NextMarker: next, Truncated: next !== undefined };
  }

  CreateGrant(input: Kms.CreateGrantRequest, at: CallSite): Kms.CreateGrantResponse {
    const key = this.#find(input.KeyId, at);
    if (key.state !== 'Enabled') throw wrongState(key);
    this.#authorize(key, at, 'kms:CreateGrant');
    const GrantId = this.world.chance.hex(64);
    key.grants.push({
      GrantId,
      KeyId: key.arn,
      GranteePrincipal: input.GranteePrincipal,
      Operations: input.Operations,
      IssuingAccount: `arn:aws:iam::${at.account}:root`,
      CreationDate: new Date(this.world.clock.now()),
    });
    return { GrantId, GrantToken: this.world.chance.hex(64) };
  }

  EnableKey(input: Kms.EnableKeyRequest, at: CallSite): object {
    const key = this.#own(input.KeyId, at);
    if (key.state === 'PendingDeletion') throw wrongState(key);
    key.state = 'Enabled';
    return {};
  }

  DisableKey(input: Kms.DisableKeyRequest, at: CallSite): object {
    this.#own(input.KeyId, at).state = 'Disabled';
    return {};
  }

  ScheduleKeyDeletion(input: Kms.ScheduleKeyDeletionRequest, at: CallSite): Kms.ScheduleKeyDeletionResponse {
    const key = this.#own(input.KeyId, at);
    key.state = 'PendingDeletion';
    return { KeyId: key.arn, KeyState: key.state };
  }

  /** Leaves the key disabled, as AWS does. */
  CancelKeyDeletion(input: Kms.CancelKeyDeletionRequest, at: CallSite): Kms.CancelKeyDeletionResponse {
    const key = this.#own(input.KeyId, at);
    if (key.state !== 'PendingDeletion') throw wrongState(key);
    key.state = 'Disabled';
    return { KeyId: key.arn };
  }

  #find(wanted: string | undefined, at: CallSite): Key {
    const key = this.#look(at, wanted ?? '');
    if (key !== undefined) return key;
    throw new NotFoundException({ message: `Key '${wanted}' does not exist`, $metadata: {} });
  }

  /** By id, alias, or the ARN of either, which may be another account's. */
  #look(at: Place, wanted: string): Key | undefined {
    const [, region = at.region, account = at.account, name = ''] =
      /^arn:aws:kms:([^:]*):(\d+):(?:key\/)?(.+)$/.exec(wanted) ?? [];
    const id = name === '' ? wanted : name;
    const place = { account, region };
    const keys = this.#keys.at(place);
    const byAlias = id === 'alias/aws/ebs' ? keys[0]?.id : this.#aliases.at(place).get(id);
    const key = keys.find((it) => it.id === (byAlias ?? id));
    // A client speaks to one region: it does not find keys of others.
    return region === at.region ? key : undefined;
  }

  #own(wanted: string | undefined, at: CallSite): Key {
    const key = this.#find(wanted, at);
    if (key.account !== at.account) throw accessDenied(`${at.account} may not administer ${key.arn}`);
    return key;
  }

  #authorize(key: Key, at: CallSite, action: string): void {
    if (key.account === at.account) return;
    const principal = `arn:aws:iam::${at.account}:root`;
    const context = { 'kms:CallerAccount': at.account };
    const decision = evaluate([readPolicy(key.policy)], { action, resource: key.arn, context, principal });
    if (decision !== 'allowed')
      throw accessDenied(
        `User: ${principal} is not authorized to perform: ${action} on resource: ${key.arn}`,
      );
  }

  /** AWS's own key for EBS, which every account has in every region. */
  #managed(at: Place): Key {
    const id = this.world.chance.uuid();
    const arn = `arn:aws:kms:${at.region}:${at.account}:key/${id}`;
    const policy = JSON.stringify(ownPolicy(at.account));
    return { id, arn, account: at.account, state: 'Enabled', managedByAws: true, policy, grants: [] };
  }
}

const ownPolicy = (account: string) => ({
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

const wrongState = ({ arn, state }: Key): Error =>
  new KMSInvalidStateException({ message: `${arn} is ${state}.`, $metadata: {} });
