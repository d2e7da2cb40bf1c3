/** A binary heap by time; equal times come out in the order they went in. */
export class TimeQueue<T> {
  #heap: { atMs: number; order: number; item: T }[] = [];
  #pushed = 0;

  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  push(atMs: number, item: T): void {
    const heap = this.#heap;
    heap.push({ atMs, order: this.#pushed++, item });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** The earliest entry at or before `nowMs`. */
  popDue(nowMs: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.item;
  }

  /** Unordered. */
  entries(): { atMs: number; item: T }[] {
    return this.#heap;
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!];
    return x.atMs === y.atMs ? x.order < y.order : x.atMs < y.atMs;
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = held;
  }
}
