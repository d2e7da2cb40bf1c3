import { allow, policy, sub } from './build-policies';
import type { StageConfig } from './stage-config';

const absent = { Ref: 'AWS::NoValue' };

/**
 * What reconcile needs to copy AMIs into other regions and to encrypt them anew: nothing where the ceilings allow neither.
 * Copies that failed are removed again.
 */
export function distributionPolicy(config: StageConfig, regions: string[]): object {
  const { ceilings, bakery } = config.settings;
  const keys = [...ceilings.kmsKeys, ...config.stack.bake.kmsKeys];
  if (ceilings.regions.length === 0 && ceilings.kmsKeys.length === 0) return absent;
  const images = regions.map((it) => sub(`arn:\${AWS::Partition}:ec2:${it}::image/*`));
  const snapshots = regions.map((it) => sub(`arn:\${AWS::Partition}:ec2:${it}::snapshot/*`));
  const leftByBake = {
    StringEquals: { 'aws:ResourceTag/bakery': bakery, 'ec2:Owner': { Ref: 'AWS::AccountId' } },
    StringLike: { 'aws:ResourceTag/bakery:bake': 'b-*' },
  };
  return policy('distribute', [
    allow('CopyImages', ['ec2:CopyImage'], [...images, ...snapshots]),
    allow('TagCopies', ['ec2:CreateTags'], [...images, ...snapshots], {
      StringEquals: { 'ec2:CreateAction': 'CopyImage' },
    }),
    allow('RemoveFailedCopies', ['ec2:DeregisterImage'], images, leftByBake),
    allow('RemoveTheirSnapshots', ['ec2:DeleteSnapshot'], snapshots, leftByBake),
    ...keysByArn(keys, regions),
    ...keysByAlias(keys, regions),
  ]);
}

/** Key ARNs, and key ids in every region. */
function keysByArn(keys: string[], regions: string[]): object[] {
  const arns = keys
    .filter((key) => !/(^|:)alias\//.test(key))
    .flatMap((key): unknown[] =>
      key.startsWith('arn:') ? [key] : regions.map((region) => keyArn(region, key)),
    );
  return arns.length === 0 ? [] : usingKeys('', [...new Set(arns)], {});
}

/** An alias is no resource of a key's permissions: https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html */
function keysByAlias(keys: string[], regions: string[]): object[] {
  const aliases = keys.flatMap((key) => /(?:^|:)(alias\/.+)$/.exec(key)?.[1] ?? []);
  if (aliases.length === 0) return [];
  return usingKeys(
    'ByAlias',
    regions.map((region) => keyArn(region, '*')),
    { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [...new Set(aliases)] } },
  );
}

const keyArn = (region: string, key: string) =>
  sub(`arn:\${AWS::Partition}:kms:${region}:\${AWS::AccountId}:key/${key}`);

/** EBS asks KMS in the name of whoever copies: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html */
const usingKeys = (by: string, resource: unknown, condition: object) => [
  allow(
    `EncryptCopies${by}`,
    ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    resource,
    { ...condition, StringLike: { 'kms:ViaService': sub('ec2.*.${AWS::URLSuffix}') } },
  ),
  allow(`LetEbsUseKeys${by}`, ['kms:CreateGrant'], resource, {
    ...condition,
    Bool: { 'kms:GrantIsForAWSResource': 'true' },
  }),
  allow(
    `SeeKeys${by}`,
    ['kms:DescribeKey'],
    resource,
    Object.keys(condition).length === 0 ? undefined : condition,
  ),
];
