/** A command line of Packer, taken apart as far as the local bakery needs it. */
export interface PackerCommand {
  /** `build`, `validate`, …; '' where there is none. */
  command: string;
  /** Index of the template in the arguments; undefined for commands without one. */
  templateAt?: number;
  /** Flags that decide what a template means: -var, -var-file, -only, -except, in order. */
  meaning: string[];
}

const flagsWithValue = new Set([
  'var',
  'var-file',
  'only',
  'except',
  'on-error',
  'parallel-builds',
  'parallel',
]);
const meaningful = new Set(['var', 'var-file', 'only', 'except', 'syntax-only']);

export function packerCommand(args: readonly string[]): PackerCommand {
  const first = args.findIndex((argument) => !argument.startsWith('-'));
  if (first === -1) return { command: '', meaning: [] };
  const meaning: string[] = [];
  let templateAt: number | undefined;
  for (let i = first + 1; i < args.length; i += 1) {
    const argument = args[i]!;
    const flag = /^--?([a-z-]+)(=?)/.exec(argument);
    if (flag === null) {
      templateAt = i;
      continue;
    }
    const [, name = '', joined] = flag;
    const takesNext = joined === '' && flagsWithValue.has(name);
    if (meaningful.has(name)) meaning.push(...args.slice(i, i + (takesNext ? 2 : 1)));
    if (takesNext) i += 1;
  }
  return { command: args[first]!, templateAt, meaning };
}
