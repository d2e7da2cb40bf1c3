import { definitionOf } from './definition-of';
import { drifted } from './drift';
import { parameterKey } from './read-parameters';
import { beginPublishing } from './begin-publishing';
import type { Run } from './run';

/** A parameter that no longer says what its channel says is written again, as a move of the channel to where it is. */
export async function repairDrift(run: Run): Promise<void> {
  const read = (region: string, name: string) => {
    const seen = run.facts.parameters.get(parameterKey(region, name));
    return seen?.known === true ? { value: seen.value } : undefined;
  };
  await run.each(
    run.records,
    'repairing a parameter',
    ({ key }) => key,
    async (record) => {
      const definition = definitionOf(run, record.key);
      if (definition === undefined) return;
      for (const [name, channel] of Object.entries(record.channels)) {
        const [found] = drifted(channel, read, run.nowMs);
        if (found === undefined || channel.current === undefined) continue;
        const { sequence: _old, ...to } = channel.current;
        const text = `${found.name} read ${found.value ?? 'nothing'} instead of ${to.amis[found.region]}`;
        run.deps.log.warn('parameter repaired', { image: record.key, channel: name, reason: text });
        const moved = beginPublishing(run, definition, name, channel, {
          to,
          cause: { code: 'repaired', text },
        });
        await run.save({ ...record, channels: { ...record.channels, [name]: moved } });
        return;
      }
    },
  );
}
