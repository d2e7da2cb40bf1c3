import type { Command } from 'commander';

/** Which bakery is asked. */
export interface TargetOptions {
  stage?: string;
  functionPrefix?: string;
  region?: string;
  account?: string;
}

export const withTargetOptions = (command: Command): Command =>
  command
    .option(
      '--stage <name>',
      'a deployed bakery, by its stage: asked through Lambda, with your AWS credentials',
    )
    .option(
      '--function-prefix <prefix>',
      'a deployed bakery whose functions are not called ami-bakery-STAGE-…',
    )
    .option('--region <region>', 'where it is deployed (default: AWS_REGION)')
    .option('--account <id>', 'local bakery: only this account, by id or title');

export const targetHelp = `
Without --stage the local bakery is asked that runs in this folder or in one above it.`;
