import type { CliEnvironment } from './environment';

/** What a command works with besides its arguments: the process it runs in, or a test. */
export interface Surroundings extends CliEnvironment {
  cwd: string;
  /** `user@host`: who asks, where nobody says otherwise. */
  person: string;
  /** Answers, each ended by a newline. */
  out(text: string): void;
  /** What is not the answer: errors and hints. */
  err(text: string): void;
  nowMs(): number;
  /** What the process ends with; see exit-codes.ts. */
  exitCode: number;
}
