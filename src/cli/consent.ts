import confirm from '@inquirer/confirm';
import type { ForeignRepo } from '../local/tour/foreign-repo';
import { commandsOnThisMachine } from '../local/tour/foreign';
import { UsageError } from './usage-error';

/**
 * Shows what a foreign repo is about to run on this machine and asks, once.
 * @throws UsageError where nobody can be asked
 */
export async function askFor(
  foreign: ForeignRepo,
  buildspec: string,
  person: { yes: boolean; canAnswer: boolean; show: (text: string) => void },
): Promise<boolean> {
  const commands = commandsOnThisMachine(foreign, buildspec);
  if (person.yes) return true;
  person.show(
    [
      `${foreign.given} at commit ${foreign.commitId.slice(0, 8)} is somebody else's code. A copy of it would run these on this machine,`,
      'with a temporary home, without your credentials, against the local bakery only; what its templates run',
      'on instances is recorded and not run:',
      ...commands.map((command) => `  ${command}`),
      '',
    ].join('\n'),
  );
  if (!person.canAnswer) {
    throw new UsageError(
      'Nobody can be asked here: there is no terminal. Read the commands above, then add --yes.',
    );
  }
  return confirm({ message: 'Run them?', default: false });
}
