import type { ImageKey } from '../../src/lib/definitions/catalog';
import { minuteMs } from '../../src/lib/definitions/instant';
import { known } from '../../src/lib/definitions/known';
import type { Bake, BakeFailure } from '../../src/lib/lifecycle/bake';
import type { Channel, ChannelMove, Published } from '../../src/lib/lifecycle/channel';
import { newImageRecord, type ImageRecord } from '../../src/lib/lifecycle/image-record';
import type { Decision, Plan } from '../../src/lib/planning/decision';
import { firstChannel } from '../../src/lib/planning/desired';
import { plan } from '../../src/lib/planning/plan';
import { afterFailure } from '../../src/lib/planning/retry';
import { policyDigest } from '../../src/lib/planning/policy-digest';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { amiOf, definition, inForce, region } from './snapshot-builder';

/**
 * What reconcile does with a plan, as far as the next plan can see it: claims, moves of channels and what is remembered,
 * without AWS. Ready bakes are kept, so that lookups find them.
 */
export interface World {
  snapshot: Snapshot;
  ready: Published[];
  bakes: number;
}

export const worldOf = (snapshot: Snapshot): World => ({ snapshot, ready: [], bakes: 0 });

/** Answers lookups and plans again, as reconcile does. */
export function planWithLookups(world: World): { world: World; plan: Plan } {
  const first = plan(world.snapshot);
  if (first.reuseLookups.length === 0) return { world, plan: first };
  const found = first.reuseLookups.map((id) => [
    id,
    known(world.ready.filter(({ inputHash }) => inputHash === id)),
  ]);
  const reusable = { ...world.snapshot.reusable, ...Object.fromEntries(found) };
  const asked = { ...world, snapshot: { ...world.snapshot, reusable } };
  return { world: asked, plan: plan(asked.snapshot) };
}

export function apply(world: World, { decisions, memory }: Plan): World {
  const { snapshot } = world;
  const records = { ...snapshot.records };
  const recordOf = (key: ImageKey): ImageRecord => records[key] ?? newImageRecord(key);
  for (const [key, remembered] of entries(memory)) {
    const { schedule: _schedule, dueSinceMs: _dueSinceMs, ...rest } = recordOf(key);
    records[key] = { ...rest, ...remembered };
  }
  let { slotsInUse } = snapshot;
  let { bakes } = world;
  for (const [key, decision] of entries(decisions)) {
    const record = recordOf(key);
    if (decision.kind === 'bake') {
      slotsInUse++;
      const live = claim(snapshot, key, decision, `b-${++bakes}`);
      const { asked: _asked, dueSinceMs: _dueSinceMs, ...rest } = record;
      const claims = [...record.claims, { atMs: snapshot.nowMs, cause: decision.reason.code }];
      records[key] = { ...rest, live, claims, version: record.version + 1 };
    } else if (decision.kind === 'reuse') {
      records[key] = move(snapshot, record, decision.bake, 'reused');
    } else if (decision.kind === 'amend') {
      const current = record.channels[firstChannel(definition(snapshot, key))]!.current!;
      records[key] = move(snapshot, record, current, 'amended');
    }
  }
  return { ...world, bakes, snapshot: { ...snapshot, records, slotsInUse } };
}

/** A tick later, every move is confirmed and every bake has ended: with a failure where `fails` says so. */
export function nextTick(
  world: World,
  fails: (bake: Bake) => BakeFailure['class'] | undefined,
  tickMs = 5 * minuteMs,
): World {
  const nowMs = world.snapshot.nowMs + tickMs;
  let { slotsInUse } = world.snapshot;
  const ready = [...world.ready];
  const records: Snapshot['records'] = {};
  const freshBakes: string[] = [];
  const snapshot = { ...world.snapshot, nowMs, reusable: {} };
  for (const [key, record] of entries(world.snapshot.records)) {
    const channels = Object.fromEntries(
      Object.entries(record.channels).map(([name, channel]) => [name, confirmed(channel, nowMs, freshBakes)]),
    );
    records[key] = { ...record, channels };
    const { live, ...rest } = records[key];
    if (live === undefined) continue;
    slotsInUse--;
    const failure = fails(live);
    if (failure !== undefined) {
      const told = { class: failure, message: 'it failed', lines: [], bakeId: live.id };
      records[key] = { ...rest, trouble: afterFailure(record.trouble, told, live, nowMs, 0.5) };
    } else {
      const result = { ...publishedBy(live), bakedAtMs: nowMs };
      ready.push(result);
      records[key] = move(snapshot, rest, result, 'published');
    }
  }
  return { ...world, ready, snapshot: { ...snapshot, records, slotsInUse, freshBakes } };
}

/** Ticks until a plan finds nothing to do and nothing to wait for, calling `each` with every plan. */
export function runToRest(
  world: World,
  fails: (bake: Bake) => BakeFailure['class'] | undefined,
  each: (before: World, plan: Plan) => void = () => undefined,
  mostTicks = 2_000,
): { world: World; plan: Plan } {
  let now = world;
  for (let tick = 0; tick < mostTicks; tick++) {
    const next = planWithLookups(now);
    each(next.world, next.plan);
    const waits = Object.values(next.plan.decisions).some(
      ({ kind }) => kind !== 'current' && kind !== 'blocked',
    );
    if (!waits) return next;
    now = nextTick(apply(next.world, next.plan), fails);
  }
  throw new Error(`The world does not come to rest within ${mostTicks} ticks.`);
}

function claim(
  snapshot: Snapshot,
  key: ImageKey,
  { desired, reason }: Extract<Decision, { kind: 'bake' }>,
  id: string,
): Bake {
  const { commitId, inputs } = inForce(snapshot);
  return {
    ...desired,
    id,
    image: key,
    status: 'building',
    commitId,
    inputs: inputs[key]!,
    cause: { code: reason.code, text: '' },
    claimedAtMs: snapshot.nowMs,
    slot: 0,
    request: {
      projectName: 'bakery',
      sourceVersion: commitId,
      idempotencyToken: id,
      timeoutInMinutes: 60,
      environment: {},
    },
  };
}

const publishedBy = ({ id, ...bake }: Bake): Published => ({
  inputHash: bake.inputHash,
  contentDigest: bake.contentDigest,
  notBefore: bake.notBefore,
  ...(bake.baseAmiId === undefined ? {} : { baseAmiId: bake.baseAmiId }),
  commitId: bake.commitId,
  inputs: bake.inputs,
  ancestry: bake.ancestry,
  bakeId: id,
  image: bake.image,
  sequence: 0,
  amis: { [region]: amiOf(id) },
  bakedAtMs: bake.claimedAtMs,
});

function move(
  snapshot: Snapshot,
  record: ImageRecord,
  to: Published,
  code: ChannelMove['cause']['code'],
): ImageRecord {
  const of = definition(snapshot, record.key);
  const name = firstChannel(of);
  const channel = record.channels[name] ?? { announcedSequence: 0, lastSequence: 0 };
  const sequence = Math.max(channel.lastSequence + 1, snapshot.nowMs);
  const moving: ChannelMove = {
    to: { ...to, sequence },
    cause: { code, text: '' },
    startedAtMs: snapshot.nowMs,
    tagged: true,
    shared: true,
    parameters: {},
    policyDigest: policyDigest(of),
  };
  return {
    ...record,
    channels: { ...record.channels, [name]: { ...channel, lastSequence: sequence, moving } },
  };
}

function confirmed({ moving, ...channel }: Channel, nowMs: number, freshBakes: string[]): Channel {
  if (moving === undefined) return channel;
  if (moving.cause.code === 'published') freshBakes.push(moving.to.bakeId);
  return {
    ...channel,
    current: { ...moving.to, publishedAtMs: nowMs },
    announcedSequence: moving.to.sequence,
    policyDigest: moving.policyDigest,
  };
}

const entries = <T>(of: Record<ImageKey, T>): [ImageKey, T][] => Object.entries(of) as [ImageKey, T][];
