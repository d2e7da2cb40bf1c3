/** A transition that no table knows was asked for: a mistake of the program, and never written to the ledger. */
export class LifecycleError extends Error {
  override readonly name = 'LifecycleError';
  readonly code = 'NO_SUCH_TRANSITION';
}
