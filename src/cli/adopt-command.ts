import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
The AMI has to belong to the account of the bakery and to be available; its architecture chooses the image where a name
has several. The channel moves to it as to any bake: tags, sharing as bakery.yml says, parameter, announcement, and what
is built on it follows. A parameter that no bakery made is taken over. What the AMI was made of is not known: it counts
as what bakery.yml asks for now, and is baked anew when inputs, base or schedule move.

Examples:
  bakery adopt web ami-0123456789abcdef0 --why "made before there was a bakery"
  bakery adopt web/arm64 candidate ami-0123456789abcdef0 --why "the hotfix" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or no image is called so. Whether the AMI fits is found out
afterwards: a refusal is told to the owner, and \`bakery explain IMAGE\` shows what is in force.`;

export function adoptCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('adopt')
      .description('Takes an AMI that was made elsewhere as what a channel of an image points to.')
      .usage('[options] <image> [channel] <ami>')
      .argument('<image>', 'name, or name/architecture')
      .argument('<channel-or-ami>', "the channel (default: the image's first), or the AMI")
      .argument('[ami]', 'id of the AMI, where a channel is named')
      .requiredOption('--why <text>', 'the reason; it is kept with the AMI')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string, second: string, third: string | undefined, options: CommandOptions) => {
    const { sendCommand } = await import('./target/send-command');
    const amiId = third ?? second;
    const told = {
      accepted: (whom: string) => `${amiId} for ${whom}`,
      next: `\`bakery explain ${image}\` tells what becomes of it.`,
    };
    const asked = {
      command: 'adopt' as const,
      image,
      ...(third === undefined ? {} : { channel: second }),
      amiId,
    };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
