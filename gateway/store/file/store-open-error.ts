export type StoreOpenReason =
  | 'directory-unusable'
  | 'not-a-database'
  | 'foreign-database'
  | 'newer-version'
  | 'changed-migration'
  | 'disk-full'
  | 'not-durable'
  | 'failed'

/** The store can't be opened. `message` is one line, `advice` says what a person can do about it. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
  readonly reason: StoreOpenReason
  readonly advice: string

  constructor(reason: StoreOpenReason, message: string, advice: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
    this.advice = advice
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'SQLITE_CANTOPEN', 'SQLITE_PERM'])
const FULL = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT']

/** Says in a person's words why opening failed. */
export function openErrorFor(error: unknown, path: string): StoreOpenError {
  if (error instanceof StoreOpenError) return error
  const code = codeOf(error)
  const cause = { cause: error }
  if (UNUSABLE.has(code) || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    const advice = 'Give the user that runs the gateway the right to write this directory and the files in it.'
    return new StoreOpenError('directory-unusable', `cannot write ${path} (${code})`, advice, cause)
  }
  if (FULL.has(code)) {
    return new StoreOpenError('disk-full', `no space left for ${path}`, 'Free some space, then start again.', cause)
  }
  if (DAMAGED.some((damage) => code.startsWith(damage))) {
    const advice = 'Keep the file for later study, and restore the newest backup.'
    return new StoreOpenError('not-a-database', `${path} is damaged or not a database (${code})`, advice, cause)
  }
  const message = error instanceof Error ? error.message : String(error)
  return new StoreOpenError('failed', `cannot open ${path}: ${message}`, 'See the cause in the log.', cause)
}
