import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
The channel goes on with what bakery.yml says: after a rollback that may well be the bake it was rolled back from, which is
published again where nothing else has changed since.

Examples:
  bakery unpin web
  bakery unpin base-al2023 stable --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so.`;

export function unpinCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('unpin')
      .description('Ends a pin, also that of a rollback.')
      .argument('<image>', 'name (all its architectures), or name/architecture')
      .argument('[channel]', 'may be left out where the image has only one')
      .option('--why <text>', 'the reason')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string, channel: string | undefined, options: CommandOptions) => {
    const { sendCommand } = await import('./target/send-command');
    const asked = { command: 'unpin' as const, image, ...(channel === undefined ? {} : { channel }) };
    const told = {
      accepted: (whom: string) => `the end of the pin of ${whom}`,
      next: `\`bakery explain ${image}\` tells what becomes of it.`,
    };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
