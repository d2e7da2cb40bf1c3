import type { Builds, BuildStopper, Leftovers, Parameters, Table, Topic } from '../../aws/edges';
import type { Logger } from '../../log/logger';
import type { Settings } from '../../settings/settings';

/** Everything the janitor touches. Of the ledger it writes nothing but when it last told people. */
export interface JanitorDeps {
  settings: Settings;
  table: Pick<Table, 'query' | 'get' | 'write'>;
  builds: Pick<Builds, 'newest'> & BuildStopper;
  leftovers: Leftovers;
  parameters: Pick<Parameters, 'get'>;
  topic: Topic;
  log: Logger;
  nowMs: () => number;
  /** Time left before Lambda ends the invocation. */
  remainingMs: () => number;
}
