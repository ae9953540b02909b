import { closeSync, constants, fchmodSync, fsyncSync, openSync, realpathSync, unlinkSync, writeSync } from 'node:fs'
import path from 'node:path'
import { StartupError, systemErrorCode } from './startup-error.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants

/** A new, empty file that nobody else can read, not even for the moment in which it is made. */
export interface PrivateFile {
  /** Where it really lies: whatever links led there. */
  readonly path: string
  /** Once: the whole content, durably. */
  write(content: string): void
  /** Takes it away again, unwritten. */
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
    fd = openSync(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    // A default ACL of the directory may have given rights that no umask takes.
    fchmodSync(fd, 0o600)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'EEXIST') {
      throw new StartupError(`${place} is there already, and is left as it is: name a new file, or take that one away`)
    }
    throw new StartupError(`cannot make ${place} (${code ?? 'no access'}): choose another place`)
  }
  return {
    path: place,
    write: (content) => {
      try {
        writeSync(fd, content)
        fsyncSync(fd)
      } catch (error) {
        throw new StartupError(
          `the lock is changed, and its sheet could not be written to ${place} (${systemErrorCode(error) ?? 'no access'}): make another one with lock reflash --keep-key, or lock replace where its private key was made here`,
        )
      } finally {
        closeSync(fd)
      }
    },
    remove: () => {
      closeSync(fd)
      unlinkSync(place)
    },
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
