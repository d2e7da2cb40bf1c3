import type { InstantMs } from '../definitions/instant';
import type { Finding, Unchecked } from '../preflight/finding';

/** What the doctor found: `bakery doctor --json` prints it. */
export interface Diagnosis {
  bakery: string;
  account: string;
  region: string;
  atMs: InstantMs;
  /** Where the settings are written. */
  source: string;
  /** False before the first deployment; absent where it could not be told. */
  deployed?: boolean;
  /** Of bakery.yml in force. */
  images: number;
  findings: Finding[];
  unchecked: Unchecked[];
}
