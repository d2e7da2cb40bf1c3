/** The command cannot be run as it was asked for; the message says what to do. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
