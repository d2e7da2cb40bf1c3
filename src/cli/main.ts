import { Command } from 'commander';
import { ForeignRepoRefused } from '../local/tour/foreign-repo';
import { readEnvironment } from './environment';
import { tourCommand } from './tour-command';
import { UsageError } from './usage-error';

const environment = readEnvironment();

const program = new Command('bakery')
  .description('Bakes, tests and shares AMIs across AWS accounts.')
  .showHelpAfterError()
  .addCommand(tourCommand(environment));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ForeignRepoRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
