/** What the command line takes from the process it runs in; nothing else of the environment is read. */
export interface CliEnvironment {
  /** PATH, to find git and packer on. */
  searchPath: string;
  stdinIsTerminal: boolean;
  stdoutIsTerminal: boolean;
  /** Of the terminal; undefined where there is none. */
  columns: number | undefined;
  colors: boolean;
  /** Of deployed bakeries, unless said otherwise. */
  region: string | undefined;
}

export function readEnvironment(): CliEnvironment {
  const {
    PATH = '',
    NO_COLOR = '',
    FORCE_COLOR = '',
    TERM,
    CI,
    AWS_REGION,
    AWS_DEFAULT_REGION,
  } = process.env;
  const { stdin, stdout } = process;
  const stdoutIsTerminal = stdout.isTTY === true && TERM !== 'dumb' && (CI ?? '') === '';
  return {
    searchPath: PATH,
    stdinIsTerminal: stdin.isTTY === true,
    stdoutIsTerminal,
    columns: stdout.columns,
    colors: NO_COLOR === '' && (FORCE_COLOR !== '' ? FORCE_COLOR !== '0' : stdoutIsTerminal),
    region: AWS_REGION || AWS_DEFAULT_REGION || undefined,
  };
}
