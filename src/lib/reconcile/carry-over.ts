import { imageKey, parameterName, splitImageKey } from '../definitions/names';
import { beginMove } from '../lifecycle/channel-transitions';
import { newImageRecord, type ImageRecord } from '../lifecycle/image-record';
import type { CatalogInForce } from '../planning/snapshot';
import { policyDigest } from '../planning/policy-digest';
import { parameterKey } from './read-parameters';
import type { Run } from './run';

/** A renamed image (`was:`) takes over the record and the channels of its old name, parameters under the new one. */
export async function carryOver(run: Run, { catalog }: CatalogInForce): Promise<void> {
  const renamed = catalog.images.flatMap((definition) => {
    if (definition.was === undefined || run.record(definition.key) !== undefined) return [];
    const old = run.record(imageKey(definition.was, definition.architecture));
    return old === undefined ? [] : [{ definition, old }];
  });
  await run.each(
    renamed,
    'carrying a renamed image over',
    ({ definition }) => definition.key,
    async ({ definition, old }) => {
      const { settings } = run.deps;
      const { name, architecture } = splitImageKey(definition.key);
      const channels: ImageRecord['channels'] = {};
      for (const [channelName, { moving: _dropped, ...channel }] of Object.entries(old.channels)) {
        if (channel.current === undefined) continue;
        const { sequence: _old, ...to } = channel.current;
        const parameter = parameterName(settings.parameterPattern, name, architecture, channelName);
        run.unsent.add(parameterKey(settings.region, parameter));
        channels[channelName] = beginMove(
          { ...channel, parameterNames: {} },
          {
            to,
            cause: { code: 'repaired', text: `it was called ${old.key}` },
            parameters: { [settings.region]: parameter },
            policyDigest: policyDigest(definition),
          },
          run.nowMs,
        );
      }
      const { schedule, notBefore, claims } = old;
      const record = { ...newImageRecord(definition.key), schedule, notBefore, claims, channels };
      await run.save(record);
      run.deps.log.info('renamed', { image: definition.key, was: old.key });
    },
  );
}
