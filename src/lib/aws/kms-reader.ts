import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListGrantsCommand,
  type KeyMetadata,
} from '@aws-sdk/client-kms';
import type { KeyGrant, ObservedKey } from '../preflight/facts';
import { call } from './classify';
import type { ClientFactory } from './clients';
import { AwsError } from './errors';

/** Reads keys, and changes none. A key is named by its id, ARN or alias. */
export interface KeyReader {
  /** Undefined where there is none in the region. */
  key(region: string, key: string): Promise<ObservedKey | undefined>;
  /** As JSON; undefined for a key of another account. */
  policy(region: string, keyArn: string): Promise<string | undefined>;
  /** Every page. */
  grants(region: string, keyArn: string): Promise<KeyGrant[]>;
}

/** ListGrants, Limit: at most 100. */
const pageSize = 100;

export function kmsReader(clients: ClientFactory): KeyReader {
  const client = (region: string) => clients(KMSClient, { region });
  return {
    async key(region, KeyId) {
      try {
        const answer = await call('kms.DescribeKey', () =>
          client(region).send(new DescribeKeyCommand({ KeyId })),
        );
        return answer.KeyMetadata === undefined ? undefined : observe(answer.KeyMetadata);
      } catch (error) {
        if (error instanceof AwsError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },

    async policy(region, KeyId) {
      const answer = await call('kms.GetKeyPolicy', () =>
        client(region).send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })),
      );
      return answer.Policy;
    },

    async grants(region, KeyId) {
      const grants: KeyGrant[] = [];
      let Marker: string | undefined;
      do {
        const answer = await call('kms.ListGrants', () =>
          client(region).send(new ListGrantsCommand({ KeyId, Limit: pageSize, Marker })),
        );
        grants.push(
          ...(answer.Grants ?? []).map(({ GranteePrincipal = '', Operations = [] }) => ({
            grantee: GranteePrincipal,
            operations: Operations,
          })),
        );
        Marker = answer.Truncated === true ? answer.NextMarker : undefined;
      } while (Marker !== undefined);
      return grants;
    },
  };
}

const observe = (key: KeyMetadata): ObservedKey => ({
  arn: key.Arn ?? key.KeyId ?? '',
  account: key.AWSAccountId ?? '',
  state: key.KeyState ?? '',
  managedByAws: key.KeyManager === 'AWS',
  spec: key.KeySpec ?? 'SYMMETRIC_DEFAULT',
  usage: key.KeyUsage ?? 'ENCRYPT_DECRYPT',
});
