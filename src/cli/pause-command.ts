import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
Nothing new is begun for the image and for everything that is built on it in this bakery, or, without an image, for the
whole bakery: no bake, no reuse, no change of sharing or tags, no repair of a parameter. What has begun is finished and
published. Bakes that are asked for meanwhile wait. It holds until \`bakery resume\`.

Examples:
  bakery pause base-al2023 --why "waiting for the vendor's fix"
  bakery pause --account platform --why "an incident"
  bakery pause --stage prod --why "an incident"

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so.`;

export function pauseCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('pause')
      .description('Pauses a bakery, or an image and everything that is built on it.')
      .argument('[image]', 'name (all its architectures), or name/architecture; left out: the whole bakery')
      .requiredOption('--why <text>', 'the reason; everybody who asks is told')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string | undefined, options: CommandOptions) => {
    const { sendCommand } = await import('./target/send-command');
    const told = {
      accepted: (whom: string) =>
        image === undefined ? `a pause of ${whom}` : `a pause of ${whom} and of what is built on it`,
      next: `What has begun is finished. \`bakery resume${image === undefined ? '' : ` ${image}`}\` ends it.`,
    };
    const asked = { command: 'pause' as const, ...(image === undefined ? {} : { image }) };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
