import type { ImageKey } from '../definitions/catalog';
import { parameterName } from '../definitions/names';
import { pausedBy, type Paused } from '../planning/paused';
import { definitionOf } from './definition-of';
import { whyRepair } from './drift';
import { beginPublishing, regionsOf } from './begin-publishing';
import { revokedNow } from './revoked-now';
import type { Run } from './run';

/**
 * A parameter that no longer says what its channel says, or is no longer called what the settings say, is written again,
 * as a move of the channel to where it is. A channel that a person has to look at is left alone, a paused one, and one that
 * is about to leave what was revoked.
 */
export async function repairDrift(run: Run): Promise<void> {
  const { mode, parameterPattern } = run.deps.settings;
  if (mode === 'observe') return;
  await run.each(
    run.records,
    'repairing a parameter',
    ({ key }) => key,
    async (record) => {
      const definition = definitionOf(run, record.key);
      if (definition === undefined || pauseOf(run, record.key) !== undefined) return;
      for (const [name, channel] of Object.entries(record.channels)) {
        const wanted = parameterName(parameterPattern, definition.name, definition.architecture, name);
        const places = regionsOf(run, definition).map((region) => [region, wanted]);
        const text = whyRepair(run, channel, Object.fromEntries(places) as Record<string, string>);
        if (text === undefined || channel.current === undefined) continue;
        if (revokedNow(run, record.key, channel.current) !== undefined) continue;
        const { sequence: _old, ...to } = channel.current;
        run.deps.log.warn('parameter repaired', { image: record.key, channel: name, reason: text });
        // Written as a new one: whoever put another parameter in its place is found out, and ours gets its tag back.
        const moved = beginPublishing(
          run,
          definition,
          name,
          { ...channel, parameterNames: {} },
          {
            to,
            cause: { code: 'repaired', text },
          },
        );
        await run.save({ ...record, channels: { ...record.channels, [name]: moved } });
        return;
      }
    },
  );
}

/** What an image is paused by. Ends, because a catalog in force goes in no circles. */
function pauseOf(run: Run, image: ImageKey): Paused | undefined {
  const base = definitionOf(run, image)?.base;
  const above = base?.kind === 'image' ? pauseOf(run, base.image) : undefined;
  return pausedBy(run.ledger.meta.paused, above, image, run.record(image));
}
