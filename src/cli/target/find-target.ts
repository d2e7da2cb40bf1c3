import type { Surroundings } from '../surroundings';
import type { Target } from './target';
import type { TargetOptions } from './target-options';

/** @throws CliError where there is nothing to ask */
export async function findTarget(options: TargetOptions, around: Surroundings): Promise<Target> {
  if (options.stage !== undefined || options.functionPrefix !== undefined) {
    const { deployedTarget } = await import('./deployed-target');
    return deployedTarget(options, around);
  }
  const { localTarget } = await import('./local-target');
  return localTarget(options, around);
}
