import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
The bake and everything that was baked on it, here and in every account that follows, must not be used any more. Channels
go to the last good bake, whatever pin, pause or window says; where there is none their parameters are deleted and the image
is blocked. The AMIs are unshared and disabled; instances that run stay. Bakes that run on it are given up. Followers are
told, and do the same. \`bakery unrevoke\` takes it back.

Only the bakery that made a bake may revoke it. \`bakery explain IMAGE\` shows the ids of bakes, and so do the tags of an AMI.

Examples:
  bakery revoke b-01ksv2m0c4 --why "CVE-2026-4711 in openssl"
  bakery revoke b-01ksv2m0c4 --image base-al2023 --why "built from a tampered mirror" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or it is not known which bakery is meant. Whether there is such a bake
is found out afterwards: a refusal is told to the owner.`;

export function revokeCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('revoke')
      .description('Denies a bake and everything baked on it, in every account.')
      .argument('<bake>', 'the id of a bake that was ready')
      .option('--image <image>', 'what it is a bake of; left out: it is looked for')
      .requiredOption('--why <text>', 'the reason; everybody who follows is told')
      .option('--by <who>', 'who asks (default: user@host)')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (bake: string, options: CommandOptions & { image?: string }) => {
    const { sendCommand } = await import('./target/send-command');
    const { image } = options;
    const asked = { command: 'revoke' as const, bake, ...(image === undefined ? {} : { image }) };
    const told = {
      accepted: (whom: string) => `a revocation of bake ${bake} of ${whom}`,
      next: `\`bakery status\` tells what becomes of it; \`bakery unrevoke ${bake}\` takes it back.`,
    };
    around.exitCode = await sendCommand(asked, told, options, around);
  });
}
