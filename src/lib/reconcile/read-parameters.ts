import { AwsError } from '../aws/errors';
import { known, unknown } from '../definitions/known';
import type { Run } from './run';

export const parameterKey = (region: string, name: string): string => `${region} ${name}`;

/** What the parameters hold now; unknown where they could not be read. */
export async function readParameters(run: Run, region: string, names: string[]): Promise<void> {
  try {
    const values = await run.deps.parameters.get(region, names);
    for (const name of names) {
      run.facts.parameters.set(parameterKey(region, name), known(values.get(name)?.value));
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.note('reading parameters', undefined, error);
    for (const name of names) run.facts.parameters.set(parameterKey(region, name), unknown(error.message));
  }
}
