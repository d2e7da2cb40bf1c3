import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { commands } from './commands';
import { printError } from './print-error';
import type { Surroundings } from './surroundings';

const version = (): string =>
  (JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string })
    .version;

const examples = `
Examples:
  bakery validate                         is bakery.yml in this folder right?
  bakery plan                             what would a push of HEAD bake, and why?
  bakery plan --from v1.4 --json          the same since a tag, for a program
  bakery status                           of the local bakery that runs in this folder
  bakery status --stage prod              of the one that is deployed as "prod"
  bakery explain web --stage prod         why is web not baked?
  bakery bake web --why "new agent key"   bake it although nothing changed

Exit codes: 0 all is well; 1 problems were found; 2 it could not be done (arguments, no such path, nothing answers).`;

/** Runs one command line, without `node` and the program's name. Answers the exit code and never throws. */
export async function runCli(args: readonly string[], around: Surroundings): Promise<number> {
  const program = new Command('bakery')
    .description(
      'Bakes, tests and shares AMIs across AWS accounts: a commit, the clock or a new base image becomes fresh AMIs everywhere below it.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--verbose', 'with errors, also print what caused them')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.out(text.replace(/\n$/, '')),
      writeErr: (text) => around.err(text.replace(/\n$/, '')),
    })
    .showHelpAfterError('(add --help to see how it is used)');
  const wanted = args.find((arg) => commands.some(({ name }) => name === arg));
  try {
    for (const { name, summary, load } of commands) {
      if (name !== wanted) program.command(name).description(summary);
      else program.addCommand((await load(around)).copyInheritedSettings(program).summary(summary));
    }
    await program.parseAsync([...args], { from: 'user' });
    return around.exitCode;
  } catch (error) {
    const verbose = program.opts<{ verbose?: true }>().verbose === true;
    return printError(error, around, { json: args.includes('--json'), verbose });
  }
}
