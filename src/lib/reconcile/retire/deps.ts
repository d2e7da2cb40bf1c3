import type { AmiReferences, AmiRetirement, ScalingReferences, Table, Topic } from '../../aws/edges';
import type { Logger } from '../../log/logger';
import type { Settings } from '../../settings/settings';

/** Everything that retirement touches. */
export interface RetireDeps {
  settings: Settings;
  table: Table;
  retirement: AmiRetirement;
  references: AmiReferences;
  scaling: ScalingReferences;
  topic: Topic;
  log: Logger;
  nowMs: () => number;
  /** Time left before Lambda ends the invocation. */
  remainingMs: () => number;
}
