import { Command, InvalidArgumentError } from 'commander';
import type { Surroundings } from './surroundings';
import type { JanitorOptions } from './target/janitor';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
Left over is what carries the tags of this bakery (bakery, bakery:bake) and belongs to a bake that ended more than half an
hour ago, or that the ledger does not know and that is older than a day. Nothing without these tags is ever touched, no
AMI that was published, and nothing of a kind that could not be read completely. A running bakery does this every hour.

Examples:
  bakery janitor --dry-run                    what would be removed, and why
  bakery janitor                              remove it now
  bakery janitor --most 60 --stage prod       more than 20 are only removed when somebody says so

Exit codes: 0 nothing is left over, or all of it was removed; 1 something is left over, would not go, or could not be read;
2 nothing answers.`;

export function janitorCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('janitor')
      .description(
        'Shows and removes what builds that were killed have left in EC2; stops builds over their time.',
      )
      .option('--dry-run', 'look and tell, remove nothing')
      .option('--most <count>', 'remove up to so many leftovers in this run (default: 20)', wholeNumber)
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (options: JanitorOptions) => {
    const { janitor } = await import('./target/janitor');
    around.exitCode = await janitor(options, around);
  });
}

function wholeNumber(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
  return count;
}
