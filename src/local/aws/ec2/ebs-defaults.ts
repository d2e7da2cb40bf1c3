import type {
  GetEbsDefaultKmsKeyIdResult,
  GetEbsEncryptionByDefaultResult,
  ModifyEbsDefaultKmsKeyIdRequest,
  ModifyEbsDefaultKmsKeyIdResult,
} from '@aws-sdk/client-ec2';
import { PerSite } from '../per-site';
import type { CallSite } from '../world';
import { required } from './failures';

/** What new volumes of an account are encrypted with. Here it can be set and looked at; volumes take no notice of it. */
export function ebsDefaultOperations() {
  const defaults = new PerSite(() => ({ encrypted: false, key: 'alias/aws/ebs' }));
  return {
    GetEbsEncryptionByDefault: (_input: object, at: CallSite): GetEbsEncryptionByDefaultResult => ({
      EbsEncryptionByDefault: defaults.at(at).encrypted,
    }),

    EnableEbsEncryptionByDefault(_input: object, at: CallSite): GetEbsEncryptionByDefaultResult {
      defaults.at(at).encrypted = true;
      return { EbsEncryptionByDefault: true };
    },

    DisableEbsEncryptionByDefault(_input: object, at: CallSite): GetEbsEncryptionByDefaultResult {
      defaults.at(at).encrypted = false;
      return { EbsEncryptionByDefault: false };
    },

    GetEbsDefaultKmsKeyId: (_input: object, at: CallSite): GetEbsDefaultKmsKeyIdResult => ({
      KmsKeyId: defaults.at(at).key,
    }),

    ModifyEbsDefaultKmsKeyId(
      input: ModifyEbsDefaultKmsKeyIdRequest,
      at: CallSite,
    ): ModifyEbsDefaultKmsKeyIdResult {
      defaults.at(at).key = required(input.KmsKeyId, 'KmsKeyId');
      return { KmsKeyId: defaults.at(at).key };
    },
  };
}
