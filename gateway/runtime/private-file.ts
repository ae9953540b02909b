import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { StartupError, systemErrorCode } from './startup-error.ts'

const { O_CREAT, O_EXCL, O_WRONLY } = constants

/** A new, empty file that nobody else can read, not even for the moment in which it is made. */
export interface PrivateFile {
  /** Where it really lies: whatever links led there. */
  readonly path: string
  /** Once: the whole content, durably. @throws StartupError with where it was to go */
  write(content: string): void
  /** Takes it away again, written or not. */
  remove(): void
}

/**
 * Never an existing file, nor one behind a link: somebody else could have put it there to read what is written.
 *
 * @throws StartupError with what to do
 */
export function createPrivateFile(name: string): PrivateFile {
  const place = placeOf(name)
  let fd: number
  try {
    // O_EXCL follows no link either: one that is there, even to nowhere, is a file that is there (POSIX, open).
    fd = openSync(place, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    // A umask may have taken rights from its owner too, who has to read it.
    fchmodSync(fd, 0o600)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'EEXIST') {
      throw new StartupError(`${place} is there already, and is left as it is: name a new file, or take that one away`)
    }
    throw new StartupError(`cannot make ${place} (${code ?? 'no access'}): choose another place`)
  }
  let isOpen = true
  return {
    path: place,
    write: (content) => {
      try {
        // Not writeSync: that may write a part and say so by a number alone.
        writeFileSync(fd, content)
        fsyncSync(fd)
      } catch (error) {
        // Half a sheet is of no use to anybody, and may hold half a secret.
        rmSync(place, { force: true })
        throw new StartupError(`${place} could not be written (${systemErrorCode(error) ?? 'no access'})`)
      } finally {
        closeSync(fd)
        isOpen = false
      }
    },
    remove: () => {
      if (isOpen) closeSync(fd)
      rmSync(place, { force: true })
    },
  }
}

/**
 * A folder that nobody else can read; one that is there is used as it is.
 *
 * @throws StartupError with what to do
 */
export function createPrivateFolder(name: string): void {
  try {
    mkdirSync(name, { mode: 0o700 })
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'EEXIST') return
    throw new StartupError(`cannot make the folder ${name} (${code ?? 'no access'}): choose another place`)
  }
}

function placeOf(name: string): string {
  const directory = path.dirname(path.resolve(name))
  try {
    return path.join(realpathSync(directory), path.basename(name))
  } catch (error) {
    throw new StartupError(
      `cannot make ${name} (${systemErrorCode(error) ?? 'no access'}): there is no directory ${directory}`,
    )
  }
}
