import type { Trouble } from './run';

/** A reconcile did what it could, and some of it cannot get better by itself: refused permissions, or our own mistakes. */
export class ReconcileIncomplete extends Error {
  override readonly name = 'ReconcileIncomplete';
  readonly code = 'RECONCILE_INCOMPLETE';
  constructor(readonly troubles: readonly Trouble[]) {
    super(
      troubles
        .map(({ image, what, code, message }) => `${image ?? 'bakery'}: ${what}: ${code} ${message}`)
        .join('\n'),
    );
  }
}
