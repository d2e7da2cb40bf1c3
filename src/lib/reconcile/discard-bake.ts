import type { ImageDefinition } from '../definitions/catalog';
import { archiveBake, freeSlot, indexReady, unrecorded } from '../ledger/writes';
import type { Bake } from '../lifecycle/bake';
import { bakeTag } from '../lifecycle/adoption';
import { moveBake } from '../lifecycle/bake-transitions';
import type { Published } from '../lifecycle/channel';
import type { ImageRecord } from '../lifecycle/image-record';
import { inForce } from '../lifecycle/revocation';
import { judgeUnchanged, raised } from '../lifecycle/unchanged';
import { isDenied } from '../planning/revoked';
import { regionsOf } from './begin-publishing';
import { whyGone } from './earlier-bake';
import { isTaken, rejectBake, takenBy } from './finish-bake';
import { copyTags } from './image-tags';
import { lookAtAmi } from './look-at-ami';
import type { Run } from './run';
import { policyOf } from './snapshot';

/**
 * Discards a scheduled bake that came to what is published already: nothing is moved and nothing announced, and what is
 * published counts as made in that night. Answers whether the bake goes on: `no` also while it has to wait for a moment.
 */
export async function goesOn(
  run: Run,
  record: ImageRecord,
  bake: Bake & { amis: Record<string, string> },
  definition: ImageDefinition | undefined,
): Promise<boolean> {
  const channelName = definition?.channels[0];
  if (definition === undefined || channelName === undefined) return true;
  const channel = record.channels[channelName];
  const { catalog } = run.facts;
  const tests = catalog.known ? catalog.value.tests?.[definition.key] : undefined;
  const judged = judgeUnchanged({
    bake,
    channel,
    ready: record.ready,
    publish: definition.rebake?.publish,
    gates: {
      ...(definition.test === undefined ? {} : { tests: { objectId: tests } }),
      approval: definition.approval !== undefined,
    },
  });
  if (judged.verdict === 'wait') return false;
  if (judged.verdict === 'changed') return true;
  const before = judged.than === 'ready' ? record.ready! : channel!.current!;
  const gone = isRevoked(run, record, before)
    ? `bake ${before.bakeId} was revoked`
    : await whyGone(run, before, regionsOf(run, definition));
  if (gone !== undefined) {
    run.deps.log.warn('what is published cannot stay', { image: bake.image, bake: bake.id, reason: gone });
    return true;
  }
  await discard(run, record, bake, definition, channelName, before);
  return false;
}

function isRevoked(run: Run, record: ImageRecord, before: Omit<Published, 'sequence'>): boolean {
  const revocations = inForce(run.ledger.revocations.values());
  const world = {
    policy: policyOf(run.deps.settings),
    ...(revocations === undefined ? {} : { revocations }),
  };
  return isDenied(world, record, record.key, before);
}

async function discard(
  run: Run,
  record: ImageRecord,
  bake: Bake & { amis: Record<string, string> },
  definition: ImageDefinition,
  channelName: string,
  before: Omit<Published, 'sequence'>,
): Promise<void> {
  const { deps, nowMs } = run;
  await tagForTheJanitor(run, bake, definition);
  const { live: _ended, trouble: _mended, ...rest } = record;
  const channel = record.channels[channelName]!;
  const waits = record.ready?.bakeId === before.bakeId;
  const kept = waits
    ? { ready: raised(record.ready!, bake, nowMs) }
    : {
        channels: {
          ...record.channels,
          [channelName]: { ...channel, current: raised(channel.current!, bake, nowMs) },
        },
      };
  // What was made of it is left over: as its result the janitor would keep it.
  const { amis, ...left } = bake;
  const ended = moveBake(left, 'unchanged', { equalTo: before.bakeId, endedAtMs: nowMs });
  // A revert to it finds it as what it has been shown to be: as good as baked in this night.
  const { publishedAtMs: _then, ...indexed } = raised(before, bake, nowMs);
  const others = [...archiveBake(ended), freeSlot(bake.slot), indexReady({ ...indexed, sequence: 0 })];
  try {
    await run.save({ ...rest, ...kept }, [...others, ...Object.values(amis).map(unrecorded)]);
  } catch (error) {
    if (!isTaken(error, 1 + others.length)) throw error;
    return rejectBake(run, record, bake, takenBy(amis));
  }
  run.ledger.slots.delete(bake.slot);
  deps.log.info('unchanged', {
    image: bake.image,
    bake: bake.id,
    equalTo: before.bakeId,
    packages: bake.packages?.count,
    reason: `it came to what bake ${before.bakeId} is, and is discarded`,
  });
}

/** A template that sets no tags would leave an AMI behind with every such night. */
async function tagForTheJanitor(
  run: Run,
  bake: Bake & { amis: Record<string, string> },
  definition: ImageDefinition,
): Promise<void> {
  const tags = copyTags(bake, definition, run.deps.settings);
  for (const [region, amiId] of Object.entries(bake.amis)) {
    const seen = await lookAtAmi(run, region, amiId);
    if (seen === undefined || seen.tags[bakeTag] === bake.id) continue;
    await run.deps.amis.tag(region, [amiId, ...seen.snapshotIds], tags);
  }
}
