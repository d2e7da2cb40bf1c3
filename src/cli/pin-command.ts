import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';
import { untilOption, type UntilOptions } from './until-option';

const help = `${targetHelp}
The channel stays at the bake it has, whatever schedule, base and builder do; nothing is baked for it meanwhile. A commit
that changes the image's own inputs releases it, and so does \`bakery unpin\`.

Examples:
  bakery pin web --why "the fair is on until Sunday"
  bakery pin base-al2023 stable --why "the candidate is suspicious" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so.`;

export function pinCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('pin')
      .description('Keeps a channel where it is.')
      .argument('<image>', 'name (all its architectures), or name/architecture')
      .argument('[channel]', 'may be left out where the image has only one')
      .addOption(untilOption())
      .requiredOption('--why <text>', 'the reason; everybody who asks is told')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string, channel: string | undefined, options: CommandOptions & UntilOptions) => {
    const { sendCommand } = await import('./target/send-command');
    const { until } = options;
    const asked = {
      command: 'pin' as const,
      image,
      ...(channel === undefined ? {} : { channel }),
      ...(until === undefined ? {} : { until }),
    };
    const told = {
      accepted: (whom: string) => `a pin of ${whom}`,
      next: `\`bakery unpin ${image}${channel === undefined ? '' : ` ${channel}`}\` ends it.`,
    };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
