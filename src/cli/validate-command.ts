import { Command } from 'commander';
import { withBakeryOptions } from './bakery-options';
import type { BakeryOptions } from './bakery-options';
import type { Surroundings } from './surroundings';

const help = `
Everything wrong is told at once, each with its place, what was found, and what to do. Templates and inputs are looked
for in the folder as it is, committed or not; git itself is not asked.

Examples:
  bakery validate                         the bakery.yml of this folder
  bakery validate golden-images           of another folder
  bakery validate --json | jq '.problems[].code'

Exit codes: 0 valid, perhaps with warnings; 1 errors; 2 there is nothing to check.`;

export function validateCommand(around: Surroundings): Command {
  return withBakeryOptions(
    new Command('validate')
      .description('Checks bakery.yml and the files it names, before it is committed.')
      .argument('[path]', 'bakery.yml, or the folder it is in', '.')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (path: string, options: BakeryOptions & { json?: true }) => {
    const { validate } = await import('./validate/validate');
    around.exitCode = await validate(path, options, around);
  });
}
