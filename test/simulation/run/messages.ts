import type { FaultKind } from '../contract';
import type { Plan } from '../plan/plan';
import type { SeedResult } from './run-seed';

/** From the parent to a worker. */
export type Order =
  | { do: 'run'; seed: number }
  | { do: 'shrink'; seed: number; seconds: number }
  | { do: 'tell'; seed: number; verbose: boolean; plan?: Plan };

/** What a worker is started with. */
export interface WorkerSetup {
  faults: FaultKind[];
  maxEvents?: number;
  weakness?: string;
  /** The weakness whose scene plans are set in, where it is not put in itself. */
  scene?: string;
  httpGit?: boolean;
}

/** From a worker to the parent. */
export type Answer =
  | { is: 'ready' }
  | { is: 'result'; result: SeedResult }
  | { is: 'line'; line: string }
  | { is: 'shrunk'; plan: Plan; of: Plan; runs: number; result: SeedResult }
  | { is: 'told'; result: SeedResult }
  | { is: 'broken'; message: string };
