import { minuteMs } from '../../src/lib/definitions/instant';
import type { Trouble } from '../../src/lib/lifecycle/image-record';
import { desiredId } from '../../src/lib/planning/input-hash';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import {
  definition,
  image,
  noon,
  on,
  published,
  settled,
  snapshotOf,
  ssm,
  withRecord,
} from './snapshot-builder';

/** base ← web ← shop, and one on its own. */
export const chain = () =>
  snapshotOf([
    image('base'),
    image('web', { base: on('base') }),
    image('shop', { base: on('web') }),
    image('other', { base: ssm('/other') }),
  ]);
export const calm = () => settled(chain());

export const failed = (snapshot: Snapshot, name: string, change: Partial<Trouble>): Snapshot =>
  withRecord(snapshot, name, {
    trouble: {
      desired: desiredId(published(snapshot, definition(snapshot, name))),
      count: 1,
      class: 'script',
      message: 'Build x failed: exit 1.',
      lines: ['exit 1'],
      bakeId: 'b-failed',
      atMs: noon - minuteMs,
      ...change,
    },
  });

export const asked = { commandId: 'c-1', by: 'alice', why: 'openssl', atMs: noon };
