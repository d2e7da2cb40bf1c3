import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
The channel gets what the one before it has, or the bake named with --bake, without waiting for the soak that bakery.yml
asks for. What failed, was revoked or was never tested is refused, and so is a channel that is pinned. Where the image has
a window, the command waits until it opens.

Examples:
  bakery promote web stable --why "the fix has to be out today"
  bakery promote base-al2023 stable --bake b-01ksv2m0c4 --why "the last one before the new kernel" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so.`;

export function promoteCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('promote')
      .description('Lets a channel follow the one before it.')
      .argument('<image>', 'name (all its architectures), or name/architecture')
      .argument('<channel>', 'any but the first')
      .option('--bake <bake>', 'the bake; left out: what the channel before has')
      .requiredOption('--why <text>', 'the reason; it is told with the move')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string, channel: string, options: CommandOptions & { bake?: string }) => {
    const { sendCommand } = await import('./target/send-command');
    const { bake } = options;
    const asked = {
      command: 'promote' as const,
      image,
      channel,
      ...(bake === undefined ? {} : { bake }),
    };
    const told = {
      accepted: (whom: string) => `a promotion of ${whom} to ${channel}`,
      next: `\`bakery explain ${image}\` tells what becomes of it.`,
    };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
