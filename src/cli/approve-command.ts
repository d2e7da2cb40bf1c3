import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { CommandOptions } from './target/send-command';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
It goes on to its channel. The first word counts: a second one, or one on a bake that something newer took the place of, is refused and
told. Who may is IAM's to say: lambda:InvokeFunction on the alias of the function "approve" that is called like the group.

Examples:
  bakery approve shop --why "looked at the diff"
  bakery approve b-01m81kn73yywnvt6171zn4q35h --why "CHG-4711" --stage prod

Exit codes: 0 accepted; 1 refused; 2 nothing answers, or nothing of it waits for approval.`;

export function approveCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('approve')
      .description('Agrees that a bake is published that waits for approval.')
      .argument('<image-or-bake>', 'name, name/architecture, or the id of a bake')
      .requiredOption('--why <text>', 'the reason; it is kept with the bake')
      .option('--by <who>', 'who decides (default: user@host)')
      .option('--json', 'for programs'),
  )
    .addHelpText('after', `\n${help}`)
    .action(async (wanted: string, options: CommandOptions) => {
      const { sendDecision } = await import('./target/send-decision');
      around.exitCode = await sendDecision('approve', wanted, options, around);
    });
}
