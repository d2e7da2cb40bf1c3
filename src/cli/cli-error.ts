import { exitCodes } from './exit-codes';

/** Something a person has to change before the command can do its work. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    /** Stable, upper-case, e.g. `NOTHING_RUNNING`; listed in docs/cli.md. */
    readonly code: string,
    /** One sentence: what is wrong, the wrong value included. */
    message: string,
    /** One sentence: what to do. */
    readonly fix: string,
    options: { cause?: unknown; exitCode?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? exitCodes.usage;
  }
  readonly exitCode: number;
}
