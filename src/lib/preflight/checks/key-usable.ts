import { awsCommand } from '../aws-command';
import type { Facts, KeyFacts, ObservedKey } from '../facts';
import { advice, command, configuration, Judging, type Cure } from '../finding';

/** Keys that do not exist where they are needed, or cannot encrypt a volume. */
export function keysUsable({ keys }: Facts): Judging {
  const judging = new Judging();
  for (const asked of keys) {
    const ofRegion = /^arn:[\w-]+:kms:([\w-]+):/.exec(asked.asked)?.[1];
    if (ofRegion !== undefined && ofRegion !== asked.region) {
      judging.find('KMS_KEY_OTHER_REGION', {
        subject: asked.asked,
        region: asked.region,
        found: `${asked.asked} is a key of ${ofRegion}, and is asked for in ${asked.region} by ${asked.by.join(', ')}.`,
        fails: `Copies to ${asked.region} end in state failed.`,
        cures: [
          configuration(
            asked.by.join(', '),
            `kmsKey: a key of ${asked.region}, or an alias that is there in every region`,
          ),
        ],
      });
      continue;
    }
    judging.given(`the key ${asked.asked} in ${asked.region}`, asked.key, (key) =>
      judgeKey(judging, asked, key),
    );
  }
  return judging;
}

function judgeKey(judging: Judging, asked: KeyFacts, key: ObservedKey | undefined): void {
  const { region, by } = asked;
  if (key === undefined)
    return judging.find('KMS_KEY_MISSING', {
      subject: asked.asked,
      region,
      found: `There is no key ${asked.asked} in ${region}; ${by.join(', ')} asks for it.`,
      fails: `Volumes and copies that are encrypted with it cannot be made in ${region}.`,
      cures: [
        command('in this account', awsCommand('kms create-key', region, { description: 'Golden AMIs' })),
        ...(asked.asked.startsWith('alias/')
          ? [
              command(
                'then, with the id that it answers',
                awsCommand('kms create-alias', region, {
                  'alias-name': asked.asked,
                  'target-key-id': 'KEY-ID',
                }),
              ),
            ]
          : []),
      ],
    });
  const problem = problemOf(key, region);
  if (problem === undefined) return;
  judging.find('KMS_KEY_UNUSABLE', {
    subject: key.arn,
    region,
    found: `${asked.asked} (${key.arn}) ${problem.found}; ${by.join(', ')} asks for it.`,
    fails:
      'No volume and no copy can be encrypted with it, and what is encrypted already cannot be launched.',
    cures: problem.cures,
  });
}

function problemOf(key: ObservedKey, region: string): { found: string; cures: Cure[] } | undefined {
  const enable = command(
    'in the account of the key',
    awsCommand('kms enable-key', region, { 'key-id': key.arn }),
  );
  if (key.state === 'PendingDeletion' || key.state === 'PendingReplicaDeletion')
    return {
      found: `is in state ${key.state}`,
      cures: [
        command(
          'in the account of the key',
          awsCommand('kms cancel-key-deletion', region, { 'key-id': key.arn }),
        ),
        enable,
      ],
    };
  if (key.state === 'Disabled') return { found: 'is in state Disabled', cures: [enable] };
  if (key.state !== 'Enabled')
    return {
      found: `is in state ${key.state}`,
      cures: [
        advice('in the account of the key', 'Bring the key to the state Enabled, or name another one.'),
      ],
    };
  if (key.spec !== 'SYMMETRIC_DEFAULT' || key.usage !== 'ENCRYPT_DECRYPT')
    return {
      found: `is of type ${key.spec}, for ${key.usage}`,
      cures: [
        advice('where the key is named', 'EBS takes symmetric keys for encryption only: name one of those.'),
      ],
    };
  return undefined;
}
