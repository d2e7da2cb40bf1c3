import type { InstantMs } from '../definitions/instant';

/** Who asked for a bake, by which command. */
export interface Asked {
  commandId: string;
  by: string;
  why: string;
  atMs: InstantMs;
}
