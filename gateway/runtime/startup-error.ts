/** Something outside the program keeps it from starting: one line that says what, and what to do. Never a stack. */
export class StartupError extends Error {
  override readonly name = 'StartupError'
}

/** The code of a system error such as `EADDRINUSE`; null for anything else. */
export const systemErrorCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
