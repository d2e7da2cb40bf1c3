import type { Bake } from '../lifecycle/bake';
import { moveBakeUpTo } from '../lifecycle/bake-transitions';
import { beginDistribution } from '../lifecycle/distribution';
import type { ImageRecord } from '../lifecycle/image-record';
import { allowedDestinations } from '../planning/ceilings';
import { alongside } from './alongside';
import { beginApproval } from './approve-bake';
import { definitionOf } from './definition-of';
import { distributeBake } from './distribute-bake';
import { endBake } from './end-bake';
import { finishBake } from './finish-bake';
import type { Run } from './run';
import { policyOf } from './snapshot';

/** A bake whose AMIs were found to be its own, and which has passed its tests where it has any. */
export function afterTests(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  const definition = definitionOf(run, record.key);
  return definition?.approval === undefined
    ? afterGates(run, record, bake)
    : beginApproval(run, record, bake, { ...definition, approval: definition.approval });
}

/**
 * Nothing stands between the bake and its channel any more. What goes to no other region and under no key is ready at
 * once; anything else begins to be distributed.
 */
export async function afterGates(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  const { settings } = run.deps;
  const { amis = {} } = bake;
  const definition = definitionOf(run, record.key);
  const key = definition?.regions?.[settings.region]?.kmsKey;
  if (key !== undefined && !settings.ceilings.kmsKeys.includes(key)) {
    // A commit that came while it was built: it is not published without the encryption it is to have.
    const message = `bakery.yml asks for the key ${key}, which ceilings.kmsKeys does not allow.`;
    return endBake(run, record, bake, 'failed', { class: 'copy', message, lines: [] });
  }
  const distribution =
    definition?.regions === undefined
      ? undefined
      : beginDistribution(
          { amis },
          allowedDestinations(definition, policyOf(settings)),
          settings.region,
          run.nowMs,
        );
  if (distribution !== undefined) return distributeBake(run, record, bake, distribution);
  return finishBake(
    run,
    record,
    moveBakeUpTo(bake, 'ready', { endedAtMs: run.nowMs }),
    alongside(bake, amis),
  );
}
