import { AwsError } from '../aws/errors';
import type { Table } from '../aws/edges';
import { toItem } from './items';
import { commandSk, statePk } from './keys';

/** What a person asked for. It cannot be read again from anywhere, so it is recorded before anything else happens. */
export interface Command {
  id: string;
  command: 'bake';
  /** An entry of bakery.yml (all its architectures) or one image key. */
  image: string;
  by: string;
  why: string;
  atMs: number;
}

/** Recording the same command twice changes nothing: a Lambda may be invoked twice. */
export async function recordCommand(
  table: Pick<Table, 'write'>,
  command: Command,
): Promise<'recorded' | 'known'> {
  try {
    await table.write([
      {
        kind: 'put',
        item: toItem(statePk, commandSk(command.id), 1, command),
        condition: { kind: 'absent' },
      },
    ]);
    return 'recorded';
  } catch (error) {
    if (error instanceof AwsError && error.code === 'CONDITION_FAILED') return 'known';
    throw error;
  }
}
