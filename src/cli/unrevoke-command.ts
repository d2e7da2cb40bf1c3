import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
The AMIs are enabled and shared with whom they were shared, here and in every account that follows; what bakery.yml asks
for then comes back to its channels, mostly without a bake. What is deregistered since cannot come back.

Examples:
  bakery unrevoke b-01ksv2m0c4 --why "it was another library"

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or it is not known which bakery is meant.`;

export function unrevokeCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('unrevoke')
      .description('Takes a revocation back.')
      .argument('<bake>', 'the bake that was revoked, not one that was baked on it')
      .option('--image <image>', 'what it is a bake of; left out: it is looked for')
      .requiredOption('--why <text>', 'the reason')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (bake: string, options: CommandOptions & { image?: string }) => {
    const { sendCommand } = await import('./target/send-command');
    const { image } = options;
    const asked = { command: 'unrevoke' as const, bake, ...(image === undefined ? {} : { image }) };
    const told = {
      accepted: (whom: string) => `the end of the revocation of bake ${bake} of ${whom}`,
      next: '`bakery status` tells what becomes of it.',
    };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
