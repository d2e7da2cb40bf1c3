/** Things that happen later in the local world: an AMI that becomes available, an event that is delivered. */
export interface Scheduler {
  /** Runs `run` when the world's clock has passed `now + delayMs`. `label` names it in traces. */
  after(delayMs: number, label: string, run: () => void | Promise<void>): void;
  /**
   * Work that goes on outside the world's clock (a child process): the world does not settle before it has ended.
   * Answers the same promise; a rejection counts as an error of the world only where nobody else handles it.
   */
  track<T>(label: string, work: Promise<T>): Promise<T>;
  /** Resolves when the world's clock has passed `now + delayMs`. The task that waits gives way to others meanwhile. */
  sleep(delayMs: number, label: string): Promise<void>;
}
