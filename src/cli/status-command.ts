import { Command } from 'commander';
import type { Surroundings } from './surroundings';
import type { TargetOptions } from './target/target-options';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
Asking changes nothing: the bakery looks at the world and plans, and applies nothing.

Examples:
  bakery status                           the local bakery, every account
  bakery status --account shop            one of them
  bakery status --stage prod --json | jq '.reports[0].images[] | select(.decision == "blocked")'

Exit codes: 0 nothing is wrong; 1 an image is blocked, bakery.yml was refused, or something could not be done;
2 nothing answers.`;

export function statusCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('status')
      .description('Every image of a bakery as it is now: its AMI, what is decided on it, and why.')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (options: TargetOptions & { json?: true }) => {
    const { status } = await import('./target/status');
    around.exitCode = await status(options, around);
  });
}
