import { Command } from 'commander';
import type { DoctorOptions } from './doctor/doctor';
import type { Surroundings } from './surroundings';
import { targetHelp, withTargetOptions } from './target/target-options';

const help = `${targetHelp}
With --stage it reads config/STAGE.yml of this project and looks at the account with your AWS credentials: before the first
deployment as well. It calls Describe, Get, List and Simulate, and nothing else; --policy prints the policy that allows it.

Each finding says what is wrong, what will fail because of it, and the command, statement or line of configuration that
cures it. What could not be looked at is told apart: it is neither healthy nor a defect.

Examples:
  bakery doctor                           the local bakery, every account
  bakery doctor --stage prod              before and after a deployment
  bakery doctor --stage prod --json | jq -r '.diagnoses[0].findings[].code'
  bakery doctor --policy                  what your credentials need for --stage

Exit codes: 0 healthy; 1 defects were found; 2 no defect, and something could not be checked, or nothing answers.`;

export function doctorCommand(around: Surroundings): Command {
  return withTargetOptions(
    new Command('doctor')
      .description(
        'Looks for what keeps, or will keep, a bakery from working: keys, quotas, network, roles, topics, drift. Changes nothing.',
      )
      .option('--policy', 'print the read-only policy that --stage needs, and look at nothing')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help),
  ).action(async (options: DoctorOptions) => {
    const { doctor } = await import('./doctor/doctor');
    around.exitCode = await doctor(options, around);
  });
}
