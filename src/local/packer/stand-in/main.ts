import type { PackerCommand } from '../shim/arguments';
import type { ShimSettings } from '../shim/settings';
export async function standIn(
  _args: string[],
  _parsed: PackerCommand,
  _settings: ShimSettings,
): Promise<number> {
  throw new Error('later');
}
