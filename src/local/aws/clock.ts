/** Time of the local world, in ms since 1970. */
export interface Clock {
  now(): number;
}

/** Wall-clock time that can be moved forward: "the next night" without waiting for it. */
export class ShiftedClock implements Clock {
  #shiftMs = 0;
  now(): number {
    return Date.now() + this.#shiftMs;
  }
  advance(ms: number): void {
    if (ms < 0) throw new RangeError(`time goes forward only, not by ${ms} ms`);
    this.#shiftMs += ms;
  }
}

/** Stands still until it is moved. */
export class VirtualClock implements Clock {
  constructor(private nowMs: number) {}
  now(): number {
    return this.nowMs;
  }
  advanceTo(ms: number): void {
    if (ms < this.nowMs) throw new RangeError(`time goes forward only, not from ${this.nowMs} to ${ms}`);
    this.nowMs = ms;
  }
}
