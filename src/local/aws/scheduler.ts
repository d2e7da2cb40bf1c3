/** Things that happen later in the local world: an AMI that becomes available, an event that is delivered. */
export interface Scheduler {
  /** Runs `run` when the world's clock has passed `now + delayMs`. `label` names it in traces. */
  after(delayMs: number, label: string, run: () => void | Promise<void>): void;
}
