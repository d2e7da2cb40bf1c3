import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
It is baked even if nothing changed, and what is built on it follows. A bake that runs is finished first; an image that
is blocked because its bake failed is tried again.

Examples:
  bakery bake web --why "the agent's key was replaced"
  bakery bake base-al2023/arm64 --why "kernel fix" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so.`;

export function bakeCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('bake')
      .description('Asks for a bake of an image, whether it is due or not.')
      .argument('<image>', 'name (all its architectures), or name/architecture')
      .requiredOption('--why <text>', 'the reason; it is kept with the bake')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string, options: CommandOptions) => {
    const { sendCommand } = await import('./target/send-command');
    const told = {
      accepted: (whom: string) => whom,
      next: `\`bakery explain ${image}\` tells what becomes of it.`,
    };
    around.exitCode = await sendCommand({ command: 'bake', image }, told, options, around);
  });
}
