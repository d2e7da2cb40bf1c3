import type { Check } from './checks';

/** The candidate could not be reached: whether it is good is not known. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach';
}

/** How a script ended on the instance. */
export type Ending =
  | { kind: 'exit'; code: number; output: string }
  | { kind: 'timed-out'; output: string }
  | { kind: 'lost'; why: string };

/** A way to run checks on an instance. */
export interface Reach {
  /** What instances that are reached in this way take as their public key, for `user`. */
  login?: { user: string; publicKey: string };
  answers(instanceId: string): Promise<boolean>;
  run(instanceId: string, check: Check, environment: Record<string, string>): Promise<Ending>;
  /** What it takes, for whoever sees that there is no answer. */
  needs: string;
}
