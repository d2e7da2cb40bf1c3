import type { ImageDefinition } from '../../src/lib/definitions/catalog';
import { dayMs, hourMs } from '../../src/lib/definitions/instant';
import type { Bake } from '../../src/lib/lifecycle/bake';
import type { Published } from '../../src/lib/lifecycle/channel';
import type { ImageRecord } from '../../src/lib/lifecycle/image-record';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import {
  definition,
  image,
  liveBake,
  noon,
  on,
  published,
  settled,
  snapshotOf,
  withRecord,
} from './snapshot-builder';

export const approval = { by: 'leads', expiresMs: dayMs };
export const approved = { by: 'ada', why: 'it is good', atMs: noon };

/** base ← web, both published; `change` is what bakery.yml asks of base. */
export const gated = (change: Partial<ImageDefinition> = {}): Snapshot =>
  settled(snapshotOf([image('base', change), image('web', { base: on('base') })]));

/** A bake of base waits for the leads; `from` is the world that it was made of. */
export const waiting = (snapshot: Snapshot, from = snapshot, change: Partial<Bake> = {}): Snapshot =>
  withRecord(snapshot, 'base', {
    live: liveBake(from, 'base', {
      status: 'approval',
      approval: { group: 'leads', askedAtMs: noon, expiresAtMs: noon + 3 * hourMs },
      ...change,
    }),
  });

/** What is desired of base, as a bake that was finished while the window was closed. */
export function readyOf(
  snapshot: Snapshot,
  change: Partial<Published> = {},
): NonNullable<ImageRecord['ready']> {
  const { sequence: _none, ...ready } = published(snapshot, definition(snapshot, 'base'), {
    bakeId: 'b-ready',
    ...change,
  });
  return ready;
}

export const withReady = (snapshot: Snapshot, change: Partial<Published> = {}): Snapshot =>
  withRecord(snapshot, 'base', { ready: readyOf(snapshot, change) });
