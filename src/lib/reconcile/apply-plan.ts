import type { ImageDefinition, ImageKey } from '../definitions/catalog';
import type { ChannelMove } from '../lifecycle/channel';
import { newChannel } from '../lifecycle/channel-transitions';
import { newImageRecord, type ImageRecord } from '../lifecycle/image-record';
import type { Decision, Memory, Plan } from '../planning/decision';
import { explainReason } from '../planning/explain';
import { announceChannels, recordAnnounced } from './announce';
import { beginPublishing } from './begin-publishing';
import { claim } from './claim';
import { definitionOf } from './definition-of';
import { leaveRevoked } from './leave-revoked';
import { promoteChannels } from './promote-channels';
import { releasePins } from './release-pins';
import type { Run } from './run';
import { hasSlot } from './snapshot';
import { startBuild } from './start-build';
import { endOutdated } from './supersede';

/**
 * Does what the plan says. Claims and announcements go side by side; the ledger learns of announcements sent only
 * after the claims, whose conditions name the announced image's version.
 */
export async function applyPlan(run: Run, plan: Plan): Promise<void> {
  await endOutdated(run, plan.outdated);
  await releasePins(run, plan);
  const [, sent] = await Promise.all([claimAndStart(run, plan), announceChannels(run)]);
  await recordAnnounced(run, sent);
  await leaveRevoked(run, plan);
  await movePublished(run, plan);
  await promoteChannels(run, plan);
  await remember(run, plan);
}

async function claimAndStart(run: Run, plan: Plan): Promise<void> {
  const free = freeSlots(run);
  await run.each(
    plan.bakeOrder.slice(0, free.length).map((image, index) => ({ image, slot: free[index]! })),
    'claiming a bake',
    ({ image }) => image,
    async ({ image, slot }) => {
      const definition = definitionOf(run, image);
      const decision = plan.decisions[image];
      if (definition === undefined || decision?.kind !== 'bake') return;
      const record = await claim(run, definition, decision, plan.memory[image], slot);
      await startBuild(run, record, record.live!, 'first');
    },
  );
}

function freeSlots(run: Run): number[] {
  const taken = run.ledger.slots;
  const held = new Set(run.records.flatMap((record) => (hasSlot(record) ? [record.live!.slot] : [])));
  return Array.from({ length: run.deps.settings.maxConcurrentBuilds }, (_, slot) => slot).filter(
    (slot) => !taken.has(slot) && !held.has(slot),
  );
}

type Publishes = Extract<Decision, { kind: 'reuse' | 'amend' }>;

/** Reuse and amend begin to move the channel; the next round does the moving. */
async function movePublished(run: Run, plan: Plan): Promise<void> {
  const moves = Object.entries(plan.decisions).filter(
    (entry): entry is [ImageKey, Publishes] => entry[1].kind === 'reuse' || entry[1].kind === 'amend',
  );
  await run.each(
    moves,
    'publishing again',
    ([image]) => image,
    async ([image, decision]) => {
      const definition = definitionOf(run, image);
      const record = run.record(image) ?? newImageRecord(image);
      if (definition === undefined) return;
      const channels = beginAgain(run, definition, record, decision);
      if (channels === undefined) return;
      const { dueSinceMs: _due, ready, ...rest } = remembered(record, plan.memory[image]);
      const waits = decision.kind === 'amend' && ready !== undefined ? { ready } : {};
      await run.save({ ...rest, ...waits, channels });
      run.deps.log.info(decision.kind, { image, reason: explainReason(decision.reason) });
    },
  );
}

function beginAgain(
  run: Run,
  definition: ImageDefinition,
  record: ImageRecord,
  decision: Publishes,
): ImageRecord['channels'] | undefined {
  const name = definition.channels[0]!;
  const channel = record.channels[name] ?? newChannel();
  const to = decision.kind === 'reuse' ? decision.bake : channel.current;
  if (to === undefined) return undefined;
  const { sequence: _old, ...published } = to;
  const code = causes[decision.reason.code];
  const cause = { code, text: explainReason(decision.reason) };
  return {
    ...record.channels,
    [name]: beginPublishing(run, definition, name, channel, { to: published, cause }),
  };
}

const causes = {
  'same-inputs': 'reused',
  // Nothing can have been baked on it before.
  'ready-before': 'published',
  'policy-changed': 'amended',
  'regions-missing': 'amended',
} as const satisfies Record<Publishes['reason']['code'], ChannelMove['cause']['code']>;

const onlyBeganToWait = (record: ImageRecord | undefined, memory: Memory): boolean =>
  record !== undefined &&
  record.dueSinceMs === undefined &&
  memory.notBefore === record.notBefore &&
  memory.schedule?.sinceMs === record.schedule?.sinceMs &&
  memory.schedule?.cron === record.schedule?.cron &&
  memory.schedule?.timezone === record.schedule?.timezone;

function remembered(record: ImageRecord, memory: Memory | undefined): ImageRecord {
  if (memory === undefined) return record;
  const { schedule: _schedule, dueSinceMs: _due, ...rest } = record;
  return {
    ...rest,
    notBefore: Math.max(record.notBefore, memory.notBefore),
    ...(memory.schedule === undefined ? {} : { schedule: memory.schedule }),
    ...(memory.dueSinceMs === undefined ? {} : { dueSinceMs: memory.dueSinceMs }),
  };
}

/** What planning found and no other write took along; images that left bakery.yml keep a tombstone. */
async function remember(run: Run, plan: Plan): Promise<void> {
  const ticked = run.messages.some(({ kind }) => kind === 'tick');
  const changed = (Object.entries(plan.memory) as [ImageKey, Memory][]).filter(
    ([image, memory]) =>
      !['bake', 'reuse', 'amend'].includes(plan.decisions[image]?.kind ?? '') &&
      // Most waits are over within minutes. Only one that a tick meets is worth a write; maxWait is hours.
      (ticked || !onlyBeganToWait(run.record(image), memory)),
  );
  await run.each(
    changed,
    'remembering',
    ([image]) => image,
    async ([image, memory]) => {
      await run.save(remembered(run.record(image) ?? newImageRecord(image), memory));
    },
  );
  if (!run.facts.catalog.known) return;
  await run.each(
    run.records.filter(({ key, removedAtMs }) => {
      return (definitionOf(run, key) === undefined) === (removedAtMs === undefined);
    }),
    'marking what left bakery.yml',
    ({ key }) => key,
    async (record) => {
      const { removedAtMs, ...rest } = record;
      await run.save(removedAtMs === undefined ? { ...rest, removedAtMs: run.nowMs } : rest);
    },
  );
}
