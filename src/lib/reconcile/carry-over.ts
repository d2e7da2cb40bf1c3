import { imageKey } from '../definitions/names';
import { newImageRecord, type ImageRecord } from '../lifecycle/image-record';
import type { ImageDefinition } from '../definitions/catalog';
import { beginPublishing } from './begin-publishing';
import { definitionOf } from './definition-of';
import type { Run } from './run';

/**
 * A renamed image (`was:`) takes over the record and the channels of its old name, parameters under the new one. Looked
 * for in every run: the one that read the commit may have ended before. Answers whether nothing is left to take over.
 */
export async function carryOver(run: Run): Promise<boolean> {
  const { catalog } = run.facts;
  if (!catalog.known || run.deps.settings.mode === 'observe') return true;
  const renamed = catalog.value.catalog.images.flatMap((definition) => {
    const old = takenOver(run, definition);
    return old === undefined ? [] : [{ definition, old }];
  });
  if (renamed.length === 0) return true;
  let left = renamed.length;
  await run.each(
    renamed,
    'carrying a renamed image over',
    ({ definition }) => definition.key,
    async ({ definition, old }) => {
      const channels: ImageRecord['channels'] = {};
      for (const [channelName, { moving: _dropped, ...channel }] of Object.entries(old.channels)) {
        if (channel.current === undefined) continue;
        const { sequence: _old, ...to } = channel.current;
        const cause = { code: 'repaired', text: `it was called ${old.key}` } as const;
        const unnamed = { ...channel, parameterNames: {} };
        channels[channelName] = beginPublishing(run, definition, channelName, unnamed, { to, cause });
      }
      const { schedule, notBefore, claims, paused } = old;
      const known = run.record(definition.key) ?? newImageRecord(definition.key);
      const taken = { schedule, claims, paused: known.paused ?? paused, channels };
      await run.save({ ...known, ...taken, notBefore: Math.max(known.notBefore, notBefore) });
      left -= 1;
      run.deps.log.info('renamed', { image: definition.key, was: old.key });
    },
  );
  return left === 0;
}

/** The record of the old name, where that is gone from bakery.yml and the new one has nothing of its own yet. */
function takenOver(run: Run, { key, was, architecture }: ImageDefinition): ImageRecord | undefined {
  if (was === undefined) return undefined;
  const record = run.record(key);
  if (record?.live !== undefined || Object.keys(record?.channels ?? {}).length > 0) return undefined;
  const oldKey = imageKey(was, architecture);
  const old = run.record(oldKey);
  const hasChannels = Object.values(old?.channels ?? {}).some(({ current }) => current !== undefined);
  return hasChannels && definitionOf(run, oldKey) === undefined ? old : undefined;
}
