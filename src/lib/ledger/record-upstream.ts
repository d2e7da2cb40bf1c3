import { AwsError } from '../aws/errors';
import type { Table } from '../aws/edges';
import type { UpstreamRecord } from '../lifecycle/upstream-record';
import { toItem } from './items';
import { statePk, upstreamSk } from './keys';

/**
 * Records a trusted announcement unless a newer one is there already. The sequence is the version, so that a claim can
 * make sure that its base is still the last one announced.
 */
export async function recordUpstream(
  table: Pick<Table, 'write'>,
  record: UpstreamRecord,
): Promise<'recorded' | 'old'> {
  const sk = upstreamSk(record.bakery, record.image, record.channel);
  const item = toItem(statePk, sk, record.sequence, { ...record, version: record.sequence });
  try {
    await table.write([
      {
        kind: 'put',
        item,
        condition: { kind: 'absent-or-lower', attribute: 'version', value: record.sequence },
      },
    ]);
    return 'recorded';
  } catch (error) {
    if (error instanceof AwsError && error.code === 'CONDITION_FAILED') return 'old';
    throw error;
  }
}
