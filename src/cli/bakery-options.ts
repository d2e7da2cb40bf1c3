import type { Command } from 'commander';
import { Option } from 'commander';

/** What bakery.yml is checked against and only the deployment's settings know. */
export interface BakeryOptions {
  bakery: string;
  /** Absent: whether the bakeries of `upstream:` bases are followed is not checked. */
  upstream?: string[];
  parameterPattern: string;
}

/**
 * A name that no bakery can have: whether an `upstream:` base means this very bakery cannot be told without its name.
 */
const unnamed = '(this bakery)';

export const withBakeryOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--bakery <name>',
        'name of the bakery in its settings; an upstream: base of it is an error',
      ).default(unnamed, 'not checked'),
    )
    .addOption(
      new Option(
        '--upstream <name>',
        'a bakery that is followed, may be repeated; any other upstream: base is an error',
      ).argParser((name: string, before: string[] | undefined) => [...(before ?? []), name]),
    )
    .option(
      '--parameter-pattern <pattern>',
      'parameterPattern of the settings',
      '/bakery/{image}/{arch}/{channel}',
    );
