import { Command, InvalidArgumentError } from 'commander';
import type { Surroundings } from './surroundings';
import type { RetireOptions } from './target/retire';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
Retired is what retain in bakery.yml no longer keeps and nothing refers to: deprecated, a week later disabled, another week
later deregistered with its snapshots. Until then it comes back by itself as soon as something needs it. Nothing goes on
while anything that might refer to a bake could not be read. A running bakery does this every day.

Examples:
  bakery retire --dry-run                    what would go on or come back, and why; what stays, and why
  bakery retire web                          do it now, of one image
  bakery retire --most 60 --stage prod       more than maxRetirementsPerRun of the settings (20), or than a third of an
                                             image, only go when somebody says so

Exit codes: 0 nothing is in the way; 1 something could not be read or done, or more would go than goes without asking;
2 nothing answers, or there is no such image.`;

export function retireCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('retire')
      .description('Shows and takes out of use old bakes that nothing refers to; brings back what is needed.')
      .argument('[image]', 'an image of bakery.yml, or one architecture of it: web, web/arm64')
      .option('--dry-run', 'look and tell, change nothing')
      .option('--most <count>', 'let up to so many go on in this run, whatever part of an image', wholeNumber)
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (image: string | undefined, options: RetireOptions) => {
    const { retire } = await import('./target/retire');
    around.exitCode = await retire(image, options, around);
  });
}

function wholeNumber(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
  return count;
}
