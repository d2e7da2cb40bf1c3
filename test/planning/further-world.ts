import type { Promote, Window } from '../../src/lib/definitions/catalog';
import { hourMs } from '../../src/lib/definitions/instant';
import type { Channel, Published } from '../../src/lib/lifecycle/channel';
import { explainFurther } from '../../src/lib/planning/explain-channel';
import { plan } from '../../src/lib/planning/plan';
import type { Snapshot } from '../../src/lib/planning/snapshot';
import { definition, image, key, noon, published, settled, snapshotOf, withRecord } from './snapshot-builder';

export const idAt = (atMs: number): string => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  let text = '';
  for (let left = atMs, at = 0; at < 10; at += 1, left = Math.floor(left / 32))
    text = digits[left % 32]! + text;
  return `b-${text}0000000000000000`;
};
export const day: Promote = { after: 'tests', soakMs: 24 * hourMs };
export const night: Window = { from: '22:00', to: '04:00', timezone: 'UTC' };

export interface World {
  promote?: Promote;
  window?: Window;
  test?: { path: string };
  /** Of the bake in candidate: when it was claimed, and published. */
  claimedAtMs?: number;
  candidate?: Partial<Channel>;
  stable?: Partial<Channel>;
  snapshot?: Partial<Snapshot>;
}

/** web goes to candidate, then to stable; candidate has had a bake for an hour unless told. */
export function world(of: World): { snapshot: Snapshot; bake: Published } {
  const { promote, window, test: tests } = of;
  const web = image('web', {
    channels: ['candidate', 'stable'],
    ...(promote === undefined ? {} : { promote }),
    ...(window === undefined ? {} : { window }),
    ...(tests === undefined ? {} : { test: tests }),
  });
  const start = settled(snapshotOf([web]));
  const claimedAtMs = of.claimedAtMs ?? noon - hourMs;
  const bake = published(start, definition(start, 'web'), {
    bakeId: idAt(claimedAtMs),
    publishedAtMs: claimedAtMs,
  });
  const channels = start.records[key('web')]!.channels;
  const candidate = { ...channels['candidate']!, current: bake, ...of.candidate };
  const empty: Channel = { announcedSequence: 0, lastSequence: 0 };
  const snapshot = withRecord(start, 'web', {
    channels: { candidate, ...(of.stable === undefined ? {} : { stable: { ...empty, ...of.stable } }) },
  });
  return { snapshot: { ...snapshot, ...of.snapshot }, bake };
}
export const stateOf = (of: World) => {
  const { snapshot } = world(of);
  const [further] = plan(snapshot).further;
  return { ...further!, text: explainFurther(further!.state, snapshot.nowMs) };
};
export const older = (): Published => {
  const { bake } = world({ claimedAtMs: noon - 100 * hourMs });
  return bake;
};
export const has = (current: Published): Partial<Channel> => ({
  current,
  policyDigest: world({}).snapshot.records[key('web')]!.channels['candidate']!.policyDigest!,
});
export const pin = {
  by: 'bob',
  why: 'it smells',
  atMs: noon - 2 * hourMs,
  until: 'commit' as const,
  commandId: 'c-1',
};
export const id = idAt(noon - hourMs);
