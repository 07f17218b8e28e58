/** What the caller of a command got wrong: told on stderr, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}
