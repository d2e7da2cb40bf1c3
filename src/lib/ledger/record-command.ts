import { AwsError } from '../aws/errors';
import type { Table } from '../aws/edges';
import type { PinUntil } from '../lifecycle/pin';
import { toItem } from './items';
import { commandSk, statePk } from './keys';

interface Asked {
  id: string;
  by: string;
  why: string;
  atMs: number;
}

/**
 * What a person asked for. It cannot be read again from anywhere, so it is recorded before anything else happens. Code
 * that meets a command it does not know leaves it to the code that does. `image`: an entry of bakery.yml (all its
 * architectures) or one image key.
 */
export type Command =
  | (Asked & { command: 'bake'; image: string })
  /** Without an image: the whole bakery. */
  | (Asked & { command: 'pause' | 'resume'; image?: string })
  | (Asked & { command: 'adopt'; image: string; channel?: string; amiId: string })
  /** Without a channel: the only one the image has. `to`: a bake, else the last good one before what the channel has. */
  | (Asked & { command: 'rollback'; image: string; channel?: string; to?: string; until?: PinUntil })
  | (Asked & { command: 'pin'; image: string; channel?: string; until?: PinUntil })
  /** Without a bake: what the channel before has. */
  | (Asked & { command: 'promote'; image: string; channel: string; bake?: string })
  | (Asked & { command: 'unpin'; image: string; channel?: string })
  /** Without an image: whichever of the bakery has had the bake. */
  | (Asked & { command: 'revoke'; bake: string; image?: string })
  | (Asked & { command: 'unrevoke'; bake: string; image?: string })
  /** Recorded by the function `approve` alone. `group`: the alias that it was invoked by. */
  | (Asked & { command: 'approve'; image: string; bake?: string; group: string })
  | (Asked & { command: 'reject'; image: string; bake?: string; group: string });

export type CommandOf<Kind extends Command['command']> = Extract<Command, { command: Kind }>;

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
