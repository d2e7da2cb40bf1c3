import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
What became due meanwhile is done at once, in its order. An image that was paused by itself stays paused when the bakery
is resumed; \`bakery status\` shows every pause.

Examples:
  bakery resume base-al2023
  bakery resume --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so.`;

export function resumeCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('resume')
      .description('Ends the pause of a bakery or of an image.')
      .argument('[image]', 'name (all its architectures), or name/architecture; left out: the whole bakery')
      .option('--why <text>', 'the reason, for the log')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string | undefined, options: CommandOptions) => {
    const { sendCommand } = await import('./target/send-command');
    const told = {
      accepted: (whom: string) => `the end of the pause of ${whom}`,
      next: '`bakery status` tells what follows, and what else is paused.',
    };
    const asked = { command: 'resume' as const, ...(image === undefined ? {} : { image }) };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
