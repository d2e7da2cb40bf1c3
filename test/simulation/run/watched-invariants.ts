import type { Invariant, Rest, SimEvent, Violation, Watch } from '../contract';
import type { RecordedCall } from '../world/call';
import type { SimUniverse, Watcher } from '../world/sim-universe';

/** Shows the invariants what happens, and keeps what they find. */
export class WatchedInvariants implements Watcher {
  readonly #watches: Watch[];

  constructor(
    private readonly universe: SimUniverse,
    invariants: readonly Invariant[],
  ) {
    this.#watches = invariants.map((invariant) => invariant.watch(universe));
  }

  call(call: RecordedCall): void {
    for (const watch of this.#watches) this.#keep(watch.afterCall?.(call));
  }

  event(event: SimEvent): void {
    for (const watch of this.#watches) this.#keep(watch.afterEvent?.(event));
  }

  log(): void {}

  atRest(rest: Rest): void {
    for (const watch of this.#watches) this.#keep(watch.atRest?.(rest));
  }

  #keep(found: Violation[] | undefined | void): void {
    if (found !== undefined && found.length > 0) this.universe.violations.push(...found);
  }
}
