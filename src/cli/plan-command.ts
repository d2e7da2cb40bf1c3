import { Command } from 'commander';
import { withBakeryOptions } from './bakery-options';
import type { PlanOptions } from './plan/plan-push';
import type { Surroundings } from './surroundings';

const help = `
Nothing but the repository is read, and it is never written to; what is not committed is not seen. The plan starts from a
bakery that has baked and published everything of --from. What an outside base (ssm:, ami-filter:, upstream:) stands for
is known at run time only: it is taken as not having moved. Schedules are left out.

Examples:
  bakery plan                             the last commit of this folder's repository
  bakery plan --repo ../golden-images --from main --to my-branch
  bakery plan --first                     as if nothing had ever been baked
  bakery plan --json | jq -r '.images[] | select(.decision == "bake") | .image'

Exit codes: 0 planned, whatever the plan; 1 bakery.yml is not valid at --to; 2 no such repository or commit.`;

export function planCommand(around: Surroundings): Command {
  return withBakeryOptions(
    new Command('plan')
      .description('Answers what a push would bake, reuse and wait for, and why.')
      .option('--repo <path>', 'the image repo, or the folder of bakery.yml in it', '.')
      .option('--from <revision>', 'what is baked already (default: the commit before --to)')
      .option('--to <revision>', 'what is pushed', 'HEAD')
      .option('--path <folder>', 'folder of bakery.yml in the repo (default: where --repo points)')
      .option('--first', 'nothing has ever been baked: plan the first push')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (options: PlanOptions) => {
    const { planPush } = await import('./plan/plan-push');
    around.exitCode = await planPush(options, around);
  });
}
