import type { Channel, Published } from '../../src/lib/lifecycle/channel';
import type { Pin } from '../../src/lib/lifecycle/pin';
import { toPublished } from '../../src/lib/lifecycle/publish';
import { aBake, noon } from './bakes';

export const web = 'web/x86_64' as const;
/** What a channel points at, published at noon. */
export const at = (id: string): Published => ({
  ...toPublished(aBake({ id }), noon),
  sequence: noon,
  publishedAtMs: noon,
});
/** A channel that has a bake, and owes no announcement. */
export const channel = (id: string, change: Partial<Channel> = {}): Channel => ({
  current: at(id),
  announcedSequence: noon,
  lastSequence: noon,
  ...change,
});
export const pin = (change: Partial<Pin> = {}): Pin => ({
  by: 'alice',
  why: 'bad',
  atMs: noon,
  until: 'commit',
  contentDigest: 'cc',
  commandId: 'c-0',
  ...change,
});
