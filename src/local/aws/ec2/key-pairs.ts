import { createHash, generateKeyPairSync } from 'node:crypto';
import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPair,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import { filtered, type FilterFields } from './filters';
import type { Ec2Model } from './model';
import type { StoredKeyPair } from './state';

const fields: FilterFields<StoredKeyPair> = {
  'key-name': ({ KeyName }) => KeyName,
  'key-pair-id': ({ KeyPairId }) => KeyPairId,
  fingerprint: ({ KeyFingerprint }) => KeyFingerprint,
};

/** SSH key pairs. The local EC2 hands out a real private key and keeps none. */
export function keyPairOperations(model: Ec2Model) {
  const keep = (
    at: CallSite,
    name: string | undefined,
    material: string,
    type: StoredKeyPair['KeyType'],
    specifications: TagSpecification[] | undefined,
  ): StoredKeyPair => {
    const KeyName = required(name, 'KeyName');
    const { keyPairs } = model.account(at);
    if (keyPairs.has(KeyName)) {
      throw ec2Failure('InvalidKeyPair.Duplicate', `The keypair '${KeyName}' already exists.`);
    }
    const hex = createHash('sha1').update(material).digest('hex');
    const stored: StoredKeyPair = {
      KeyPairId: model.id('key'),
      KeyName,
      KeyType: type,
      KeyFingerprint: hex.match(/../g)!.join(':'),
      CreateTime: new Date(model.now),
    };
    keyPairs.set(KeyName, stored);
    model.setTagsAsSpecified(at, stored.KeyPairId, 'key-pair', specifications);
    return stored;
  };
  return {
    CreateKeyPair(input: CreateKeyPairRequest, at: CallSite): KeyPair {
      const type = input.KeyType ?? 'rsa';
      const { privateKey } =
        type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
      const KeyMaterial = privateKey.export(
        type === 'rsa' ? { type: 'pkcs1', format: 'pem' } : { type: 'pkcs8', format: 'pem' },
      ) as string;
      const { KeyName, KeyPairId, KeyFingerprint } = keep(
        at,
        input.KeyName,
        KeyMaterial,
        type,
        input.TagSpecifications,
      );
      return { KeyName, KeyPairId, KeyFingerprint, KeyMaterial, Tags: model.tagList(at, KeyPairId) };
    },

    ImportKeyPair(input: ImportKeyPairRequest, at: CallSite): ImportKeyPairResult {
      const material = Buffer.from(required(input.PublicKeyMaterial, 'PublicKeyMaterial')).toString();
      const type = material.startsWith('ssh-ed25519') ? 'ed25519' : 'rsa';
      const { KeyName, KeyPairId, KeyFingerprint } = keep(
        at,
        input.KeyName,
        material,
        type,
        input.TagSpecifications,
      );
      return { KeyName, KeyPairId, KeyFingerprint, Tags: model.tagList(at, KeyPairId) };
    },

    DescribeKeyPairs(input: DescribeKeyPairsRequest, at: CallSite): DescribeKeyPairsResult {
      const all = [...model.account(at).keyPairs.values()];
      for (const name of input.KeyNames ?? []) {
        if (!all.some(({ KeyName }) => KeyName === name)) {
          throw ec2Failure('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
        }
      }
      const asked = all.filter(
        ({ KeyName, KeyPairId }) =>
          (input.KeyNames === undefined || input.KeyNames.includes(KeyName)) &&
          (input.KeyPairIds === undefined || input.KeyPairIds.includes(KeyPairId)),
      );
      const found = filtered(asked, input.Filters, fields, ({ KeyPairId }) => model.tagsOf(at, KeyPairId));
      return {
        KeyPairs: found.map((pair) => ({ ...pair, Tags: model.tagList(at, pair.KeyPairId) })),
      };
    },

    /** Deleting one that is not there is no error (DeleteKeyPair). */
    DeleteKeyPair(input: DeleteKeyPairRequest, at: CallSite) {
      const { keyPairs } = model.account(at);
      for (const [name, { KeyPairId }] of keyPairs) {
        if (name === input.KeyName || KeyPairId === input.KeyPairId) keyPairs.delete(name);
      }
      return { Return: true };
    },
  };
}
