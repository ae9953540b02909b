import { readFileSync, statSync } from 'node:fs'
import { StartupError, systemErrorCode } from './startup-error.ts'

/** Anything larger is another file than was meant. */
const MAX_BYTES = 16_384
/** Others may do anything with it, or the group may write it. */
const TOO_OPEN = 0o027
const NOT_ONE_LINE = /[^\x21-\x7e]/

/**
 * The one line of a file that holds a secret.
 *
 * @param setting as the config names it
 * @param what the file has to hold, such as `the token alone`
 * @throws StartupError with what to do, and nothing of the content
 */
export function readSecretFile(file: string, setting: string, what: string): string {
  const content = readPrivate(file, setting, what).trim()
  if (content === '') throw new StartupError(`${setting} ${file} is empty: write ${what} there`)
  if (NOT_ONE_LINE.test(content)) {
    throw new StartupError(`${setting} ${file} has more than one word of ASCII: write ${what} there, in one line`)
  }
  return content
}

function readPrivate(file: string, setting: string, what: string): string {
  try {
    const stats = statSync(file)
    const { mode, size } = stats
    if (!stats.isFile()) throw new StartupError(`${setting} ${file} is no file: write ${what} there`)
    if ((mode & TOO_OPEN) !== 0) {
      throw new StartupError(`${setting} ${file} may be read or changed by other users: chmod 600 ${file}`)
    }
    if (size > MAX_BYTES) throw new StartupError(`${setting} ${file} is larger than a secret: write ${what} there`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof StartupError) throw error
    throw new StartupError(
      `cannot read ${setting} ${file} (${systemErrorCode(error) ?? 'no access'}): write ${what} there, readable by this user alone (chmod 600)`,
    )
  }
}
