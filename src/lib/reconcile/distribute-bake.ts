import { forgetAmi, recordAmi } from '../ledger/writes';
import type { Bake } from '../lifecycle/bake';
import { holdsSlot, moveBake, moveBakeUpTo } from '../lifecycle/bake-transitions';
import { distributed, superseded, type Distribution } from '../lifecycle/distribution';
import type { ImageRecord } from '../lifecycle/image-record';
import { advanceCopies } from './advance-copies';
import { copyTags } from './image-tags';
import { definitionOf } from './definition-of';
import { endBake } from './end-bake';
import { finishBake, isTaken, rejectBake, takenBy } from './finish-bake';
import { alongside } from './alongside';
import { lookAtAmi } from './look-at-ami';
import type { Run } from './run';

/**
 * The AMI is the bake's result and goes on its way into its regions. Its build slot is free, and the AMI is recorded, so
 * that no other bake takes it in the meantime.
 */
export async function distributeBake(
  run: Run,
  record: ImageRecord,
  bake: Bake,
  distribution: Distribution,
): Promise<void> {
  const live = moveBakeUpTo(bake, 'distributing', { distribution });
  const { amis } = distribution.made;
  const { others, results } = alongside(bake, amis);
  let stored: ImageRecord;
  try {
    stored = await run.save({ ...record, live }, [...others, ...results]);
  } catch (error) {
    if (!isTaken(error, 1 + others.length)) throw error;
    return rejectBake(run, record, bake, takenBy(amis));
  }
  if (holdsSlot(bake.status)) run.ledger.slots.delete(bake.slot);
  run.deps.log.info('on its way into its regions', {
    image: bake.image,
    bake: bake.id,
    regions: Object.keys(distribution.copies),
  });
  return advanceDistribution(run, stored, live);
}

/** Moves a bake that is `distributing` on: to ready once it is everywhere, or to its end where a copy cannot be made. */
export async function advanceDistribution(run: Run, record: ImageRecord, bake: Bake): Promise<void> {
  const { distribution, ...rest } = bake;
  if (distribution === undefined) throw new TypeError(`bake ${bake.id} is distributing nothing`);
  let stored = record;
  const who = {
    image: bake.image,
    bakeId: bake.id,
    bakedAs: bake.image,
    tags: copyTags(bake, definitionOf(run, bake.image), run.deps.settings),
  };
  const advance = await advanceCopies(run, who, distribution, async (next) => {
    stored = await run.save({ ...stored, live: { ...bake, distribution: next } });
  });
  switch (advance.state) {
    case 'under-way':
      return;
    case 'failed':
      return advance.rejected
        ? rejectBake(run, stored, stored.live ?? bake, advance.why)
        : endBake(run, stored, stored.live ?? bake, 'failed', {
            class: 'copy',
            message: advance.why,
            lines: [],
          });
    case 'done': {
      const { amis, keys } = distributed(advance.distribution);
      await tagSuperseded(run, advance.distribution, who.tags);
      const before = new Set(Object.values(distribution.made.amis));
      const ready = moveBake(rest, 'ready', {
        amis,
        ...(keys === undefined ? {} : { keys }),
        endedAtMs: run.nowMs,
      });
      return finishBake(run, stored, ready, {
        others: superseded(advance.distribution).map(forgetAmi),
        results: Object.values(amis)
          .filter((amiId) => !before.has(amiId))
          .map((amiId) => recordAmi(amiId, bake.id)),
      });
    }
  }
}

/** What a copy took the place of is the janitor's, with its snapshots: those a build may have left without tags. */
async function tagSuperseded(
  run: Run,
  distribution: Distribution,
  tags: Record<string, string>,
): Promise<void> {
  const gone = new Set(superseded(distribution));
  await Promise.all(
    Object.entries(distribution.made.amis)
      .filter(([, amiId]) => gone.has(amiId))
      .map(async ([region, amiId]) => {
        const seen = await lookAtAmi(run, region, amiId);
        if (seen !== undefined) await run.deps.amis.tag(region, [amiId, ...seen.snapshotIds], tags);
      }),
  );
}
