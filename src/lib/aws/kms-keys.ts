import { call, causedBy } from './classify';
import type { ClientFactory } from './clients';
import type { Keys } from './edges';

/** What a key is called in bakery.yml, and what it is. */
export function kmsKeys(clients: ClientFactory): Keys {
  return {
    async find(region, key) {
      const kms = await import('./kms-commands');
      const client = clients(kms.KMSClient, { region });
      try {
        const { KeyMetadata } = await call('kms.DescribeKey', () =>
          client.send(new kms.DescribeKeyCommand({ KeyId: key })),
        );
        if (KeyMetadata?.Arn === undefined) return undefined;
        return { arn: KeyMetadata.Arn, state: KeyMetadata.KeyState ?? 'in an unknown state' };
      } catch (error) {
        if (causedBy(error, 'NotFoundException')) return undefined;
        throw error;
      }
    },
  };
}
