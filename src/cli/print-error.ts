import { CommanderError } from 'commander';
import { createColors } from 'picocolors';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import type { Surroundings } from './surroundings';

/** Errors that say themselves what to do, told by name: their classes would load the local bakery. */
const forPeople = new Set(['UsageError', 'ForeignRepoRefused']);

/**
 * The one place where an error becomes text, or with `--json` an object on standard output. Answers the exit code.
 * The chain of causes is shown with `--verbose` only; a mistake of the program always shows where it happened.
 */
export function printError(
  error: unknown,
  around: Surroundings,
  options: { json: boolean; verbose: boolean },
): number {
  // Commander has printed its own message, with the usage.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    if (options.json) printJson(around, error.code, error.message.replace(/^error: /, ''), 'See --help.');
    return exitCodes.usage;
  }
  const { code, message, fix, exitCode } = describe(error);
  if (options.json) printJson(around, code, message, fix);
  else {
    const colors = createColors(around.colors);
    around.err(
      `${colors.red('error')} ${colors.bold(code)} ${message}${fix === undefined ? '' : `\n${fix}`}`,
    );
  }
  const unexpected = code === 'UNEXPECTED';
  if (unexpected && error instanceof Error) around.err(error.stack ?? '');
  if (options.verbose || unexpected) {
    for (const line of causes(error)) around.err(line);
  }
  return exitCode;
}

function describe(error: unknown): { code: string; message: string; fix?: string; exitCode: number } {
  if (error instanceof CliError) return error;
  if (error instanceof Error && forPeople.has(error.name))
    return { code: 'USAGE', message: error.message, exitCode: exitCodes.usage };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', message, fix: 'This is a mistake of the bakery.', exitCode: exitCodes.usage };
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  let at = error instanceof Error ? error.cause : undefined;
  while (at !== undefined && at !== null && !seen.has(at)) {
    seen.add(at);
    lines.push(
      at instanceof Error ? `caused by ${at.name}: ${at.message}` : `caused by ${JSON.stringify(at)}`,
    );
    at = at instanceof Error ? at.cause : undefined;
  }
  return lines;
}

function printJson(around: Surroundings, code: string, message: string, fix?: string): void {
  around.out(JSON.stringify({ format: 'ami-bakery/error/1', error: { code, message, fix } }, null, 2));
}
