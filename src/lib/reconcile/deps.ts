import type {
  AmiCopies,
  Amis,
  Builds,
  ImageLife,
  Keys,
  Parameters,
  RepoReader,
  Table,
  Topic,
} from '../aws/edges';
import type { Logger } from '../log/logger';
import type { Settings } from '../settings/settings';

/** Everything a reconcile touches, given from outside: AWS, time, chance, ids. */
export interface ReconcileDeps {
  settings: Settings;
  table: Table;
  /** Absent in a consumer, which has no image repo. */
  repo?: RepoReader;
  builds: Builds;
  amis: Amis;
  copies: AmiCopies;
  imageLife: ImageLife;
  keys: Keys;
  parameters: Parameters;
  topic: Topic;
  log: Logger;
  nowMs: () => number;
  /** In [0, 1): jitter of backoffs. */
  chance: () => number;
  /** Ids that sort by time, legal in AMI names and idempotency tokens. */
  newBakeId: (nowMs: number) => string;
  /** Time left before Lambda ends the invocation. */
  remainingMs: () => number;
}
