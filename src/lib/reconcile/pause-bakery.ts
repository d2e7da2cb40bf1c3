import type { Command } from '../ledger/record-command';
import { deleteCommand, putMeta } from '../ledger/writes';
import type { Run } from './run';

/** Pauses or resumes the whole bakery. Needs no catalog: it is what a person does when something is wrong. */
export async function pauseBakery(run: Run, { id, command, by, why, atMs }: Command): Promise<void> {
  const { paused: _before, ...meta } = run.ledger.meta;
  const { stored, write } = putMeta(command === 'pause' ? { ...meta, paused: { by, why, atMs } } : meta);
  await run.deps.table.write([write, deleteCommand(id)]);
  run.ledger.meta = stored;
  run.changes += 1;
  run.deps.log.info(`${command} asked for`, { by, reason: why });
}
