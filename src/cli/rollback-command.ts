import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';
import { untilOption, type UntilOptions } from './until-option';

const help = `${targetHelp}
The channel goes back to the last good bake before the one it has, or to the one named with --to, and stays there: no
schedule, no newer base and no newer builder moves it. A commit that changes the image's own inputs releases it, and so
does \`bakery unpin\`; with --until base a newer base does, too. It is announced like any move: what is built on the image
follows it back, here and in other accounts, mostly without a bake, because the earlier ones are found again.

Examples:
  bakery rollback web --why "it does not boot on t3"
  bakery rollback base-al2023 stable --to b-01ksv2m0c4 --why "openssl is broken"
  bakery rollback web --until base --why "the base lost its agent" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so. Whether the bake and its AMI are there is
found out afterwards: a refusal is told to the owner, and \`bakery explain IMAGE\` shows what is in force.`;

export function rollbackCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('rollback')
      .description('Puts a channel back to an earlier bake, and pins it there.')
      .argument('<image>', 'name (all its architectures), or name/architecture')
      .argument('[channel]', 'may be left out where the image has only one')
      .option('--to <bake>', 'the bake; left out: the last good one before what the channel has')
      .addOption(untilOption())
      .requiredOption('--why <text>', 'the reason; everybody who asks is told')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(
    async (
      image: string,
      channel: string | undefined,
      options: CommandOptions & UntilOptions & { to?: string },
    ) => {
      const { sendCommand } = await import('./target/send-command');
      const { to, until } = options;
      const asked = {
        command: 'rollback' as const,
        image,
        ...(channel === undefined ? {} : { channel }),
        ...(to === undefined ? {} : { to }),
        ...(until === undefined ? {} : { until }),
      };
      const where = to === undefined ? 'the last good bake' : to;
      const told = {
        accepted: (whom: string) => `a rollback of ${whom} to ${where}`,
        next: `\`bakery explain ${image}\` tells what becomes of it; \`bakery unpin ${image}${channel === undefined ? '' : ` ${channel}`}\` ends it.`,
      };
      around.exitCode = await sendCommand(asked, told, options, around);
    },
  );
}
