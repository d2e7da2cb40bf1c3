import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { TargetOptions } from './target/target-options';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}

Examples:
  bakery explain web                      every architecture of it
  bakery explain web/arm64 --stage prod   one of them, as deployed

Exit codes: 0 told; 1 told, and it is blocked; 2 nothing answers, or no image is called so.`;

export function explainCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('explain')
      .description(
        'Everything about one image: the decision and its reason, base, inputs, last bake and failure.',
      )
      .argument('<image>', 'name, or name/architecture')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string, options: TargetOptions & { json?: true }) => {
    const { explain } = await import('./target/explain');
    around.exitCode = await explain(image, options, around);
  });
}
