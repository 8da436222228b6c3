/** The command was asked for something that it cannot do as asked; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
