import { basename } from 'node:path';
import { build } from 'esbuild';
import { deployedBundle } from '../scripts/bundle';

/** An SDK command in a function's bundle: `ssm.PutParameter`. */
export type SdkCommand = string;

/** The commands that are left in a handler's bundle after everything unreachable was dropped, sorted. */
export async function commandsInUse(entry: string): Promise<SdkCommand[]> {
  const { metafile } = await build({
    ...deployedBundle,
    entryPoints: [entry],
    outdir: 'unwritten',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const modules = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const commands = modules.flatMap(([path]) => {
    const [, service] = /@aws-sdk[\\/]client-([a-z0-9-]+)[\\/]dist-es[\\/]commands[\\/]/.exec(path) ?? [];
    return service === undefined ? [] : [`${service}.${basename(path, 'Command.js')}`];
  });
  return [...new Set(commands)].sort();
}
