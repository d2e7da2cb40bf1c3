import type { ImageDefinition } from '../definitions/catalog';
import { baseId } from '../definitions/names';
import type { CommandOf } from '../ledger/record-command';
import type { Pin } from '../lifecycle/pin';
import { baseAmi, isBuildable, resolveBase } from '../planning/base';
import type { Run } from './run';
import { snapshotOf } from './snapshot';

/** A pin as of now; undefined: it is to hold until the base moves, and what the base is cannot be said now. */
export async function makePin(
  run: Run,
  definition: ImageDefinition,
  command: CommandOf<'rollback' | 'pin'>,
  from?: string,
): Promise<Pin | undefined> {
  const { catalog } = run.facts;
  const { id, by, why, until = 'commit' } = command;
  const contentDigest = catalog.known ? catalog.value.contentDigests[definition.key] : undefined;
  await run.bases;
  const parent = definition.base.kind === 'image' ? run.record(definition.base.image) : undefined;
  const base = resolveBase(definition, baseId(definition.base), parent, snapshotOf(run));
  const baseAmiId = isBuildable(base) ? baseAmi(base) : undefined;
  if (until === 'base' && base.state === 'unknown') return undefined;
  return {
    by,
    why,
    atMs: run.nowMs,
    until,
    ...(contentDigest === undefined ? {} : { contentDigest }),
    ...(baseAmiId === undefined ? {} : { baseAmiId }),
    commandId: id,
    ...(from === undefined ? {} : { from }),
  };
}
