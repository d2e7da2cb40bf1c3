/** Something in the table cannot be used by this code. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  constructor(
    readonly code: 'ITEM_TOO_NEW' | 'ITEM_UNREADABLE',
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}
