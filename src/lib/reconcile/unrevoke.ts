import type { CommandOf } from '../ledger/record-command';
import { deleteCommand, putRevocation } from '../ledger/writes';
import { revocationId } from '../lifecycle/revocation';
import { whyNotUndone } from '../lifecycle/revoking';
import { ancestryName } from '../planning/ancestry-name';
import { findBake } from './find-bake';
import { refuseCommand } from './refuse-command';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/** Takes a revocation back: from now on it denies nothing, and what it took out of use is restored. */
export async function unrevoke(run: Run, command: CommandOf<'unrevoke'>): Promise<void> {
  const { settings, log, table } = run.deps;
  if (settings.mode === 'observe') {
    const why = 'The bakery observes, and brings nothing back';
    return refuseCommand(run, command, { why, remedy: 'deploy it with mode: bake, and ask again.' });
  }
  const { id: commandId, by, why, atMs, bake: bakeId } = command;
  const found = await findBake(run, bakeId, command.image);
  const id = revocationId({ image: ancestryName(settings, 'any/x86_64'), bakeId });
  const own = run.ledger.revocations.get(id);
  const reached =
    found.state === 'ended'
      ? revokedNow(run, found.image, { bakeId, ancestry: found.bake.ancestry })
      : undefined;
  const refusal = whyNotUndone({
    bakeId,
    found,
    ...(command.image === undefined ? {} : { wanted: command.image }),
    own,
    reached,
  });
  if (refusal !== undefined) return refuseCommand(run, command, refusal);
  if (own === undefined) return;
  const { stored, write } = putRevocation({ ...own, lifted: { by, why, atMs } });
  await table.write([write, deleteCommand(commandId)]);
  run.ledger.revocations.set(id, stored);
  run.changes += 1;
  log.warn('revocation taken back', { image: own.image, bake: bakeId, by, reason: why, was: own.why });
}
