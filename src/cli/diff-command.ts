import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { DiffOptions } from './target/diff';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}

With one argument, an image, what its channel has is held against the bake before it. The ids of bakes are in
\`bakery explain IMAGE\`, in announcements and in the tag bakery:bake of every AMI.

Examples:
  bakery diff base-al2023                 what came with the last bake
  bakery diff b-01ksv2m0c4… b-01ksv7q1d9… any two bakes, of two images as well
  bakery diff web/arm64 --json | jq '.comparisons[0].packages.changes'

Exit codes: 0 told, whether anything differs or not; 2 nothing answers, or there is no such image or bake.`;

export function diffCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('diff')
      .description('What differs between two bakes: packages, inputs, base, builder, tests.')
      .argument('<from>', 'a bake, or an image alone')
      .argument('[to]', 'the bake it is held against')
      .option('--json', 'print one JSON object, with everything')
      .addHelpText('after', help),
  ).action(async (from: string, to: string | undefined, options: DiffOptions) => {
    const { diff } = await import('./target/diff');
    around.exitCode = await diff(from, to, options, around);
  });
}
