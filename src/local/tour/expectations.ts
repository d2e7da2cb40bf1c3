import type { Verdict } from './step';

/** Collects what a step expected and did not see, so that one look tells all that is wrong. */
export class Expectations {
  readonly #unmet: string[] = [];

  that(what: string, holds: boolean, seen?: string): this {
    if (!holds) this.#unmet.push(seen === undefined ? what : `${what}; seen: ${seen}`);
    return this;
  }

  /** Lists are compared as sets with counts: in which order things happened is no matter. */
  same(what: string, seen: readonly string[], expected: readonly string[]): this {
    const shown = (list: readonly string[]) => (list.length === 0 ? 'none' : [...list].sort().join(', '));
    return this.that(`${what} expected: ${shown(expected)}`, shown(seen) === shown(expected), shown(seen));
  }

  verdict(detail: string): Verdict {
    return this.#unmet.length === 0 ? { ok: true, detail } : { ok: false, detail: this.#unmet.join('\n') };
  }
}
