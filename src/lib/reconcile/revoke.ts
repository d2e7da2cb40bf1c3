import type { CommandOf } from '../ledger/record-command';
import { deleteCommand, putRevocation } from '../ledger/writes';
import { revocationId, type Revocation } from '../lifecycle/revocation';
import { whyNotRevoked } from '../lifecycle/revoking';
import { ancestryName } from '../planning/ancestry-name';
import { findBake } from './find-bake';
import { refuseCommand } from './refuse-command';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/**
 * Denies a bake, and with it everything that was baked on it. Recorded with the write that ends the command; what follows
 * from it is read off the ledger, whoever comes to do it.
 */
export async function revoke(run: Run, command: CommandOf<'revoke'>): Promise<void> {
  const { settings, log, table } = run.deps;
  if (settings.mode === 'observe') {
    const why = 'The bakery observes, and takes nothing out of use';
    return refuseCommand(run, command, { why, remedy: 'deploy it with mode: bake, and ask again.' });
  }
  const { id: commandId, by, why, atMs, bake: bakeId } = command;
  const found = await findBake(run, bakeId, command.image);
  const id = revocationId({ image: ancestryName(settings, 'any/x86_64'), bakeId });
  const refusal = whyNotRevoked({
    bakeId,
    found,
    ...(command.image === undefined ? {} : { wanted: command.image }),
    own: run.ledger.revocations.get(id),
    reached:
      found.state === 'ended'
        ? revokedNow(run, found.image, { bakeId, ancestry: found.bake.ancestry })
        : undefined,
  });
  if (refusal !== undefined) return refuseCommand(run, command, refusal);
  if (found.state !== 'ended') return;
  const image = ancestryName(settings, found.image);
  const origin = { kind: 'person', commandId } as const;
  const { stored, write } = putRevocation({
    version: 0,
    bakeId,
    image,
    by,
    why,
    atMs,
    origin,
  } satisfies Revocation);
  await table.write([write, deleteCommand(commandId)]);
  run.ledger.revocations.set(id, stored);
  run.changes += 1;
  log.warn('bake revoked', { image: found.image, bake: bakeId, by, reason: why });
}
