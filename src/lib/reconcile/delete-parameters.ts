import type { Channel } from '../lifecycle/channel';
import { keeperOf } from './move-parameters';
import { parameterKey, readParameters } from './read-parameters';
import type { Run } from './run';

/**
 * Deletes the parameters of a channel, of those alone that this bakery made. Answers whether all of them read as gone:
 * SSM takes its time, and then the next run looks again.
 */
export async function deleteParameters(run: Run, { parameterNames = {} }: Channel): Promise<boolean> {
  const { parameters, log, settings } = run.deps;
  const gone = await Promise.all(
    Object.entries(parameterNames).map(async ([region, name]) => {
      const keeper = await keeperOf(run, region, name);
      if (keeper !== 'us') {
        log.warn('parameter left alone', { region, parameter: name, keeper, bakery: settings.bakery });
        return true;
      }
      await parameters.delete(region, name);
      run.sent.delete(parameterKey(region, name));
      await readParameters(run, region, [name]);
      const seen = run.facts.parameters.get(parameterKey(region, name));
      if (seen?.known !== true || seen.value !== undefined) return false;
      log.warn('parameter deleted', { region, parameter: name });
      return true;
    }),
  );
  return gone.every(Boolean);
}
