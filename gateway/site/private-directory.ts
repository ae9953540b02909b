import { chmodSync, existsSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { StartupError, systemErrorCode } from '#runtime/startup-error.ts'
import { GATEWAY_KEY_FILE } from './gateway-key.ts'

/** Permission bits of everybody but the owner. */
const OF_OTHERS = 0o077
const SOCKET = 'owner.sock'
const OUR_FILES: readonly string[] = [
  ...['latchkey.db', 'latchkey.db-wal', 'latchkey.db-shm', 'latchkey.db-journal'],
  ...[GATEWAY_KEY_FILE, `${GATEWAY_KEY_FILE}.new`, 'ownership.lock', 'owner.lock', SOCKET],
]

/**
 * Refuses a data directory that other users may enter: whoever opens the socket in it controls the site, and whoever
 * writes there could replace our files. Makes our own files in it private where they are not.
 *
 * @param mended hears of each file whose mode was for others too
 * @throws StartupError with what to do; not when there is no such directory
 */
export function keepOthersOut(dataDir: string, mended: (file: string) => void = () => {}): void {
  const self = process.geteuid?.()
  const directory = statsOf(() => statSync(dataDir))
  // Windows has neither users like these nor a Unix socket.
  if (directory === null || self === undefined) return
  refuseFile(dataDir)
  if (directory.uid !== self) {
    throw new StartupError(
      `the data directory ${dataDir} belongs to user ${directory.uid}, and this runs as user ${self}: run it as its owner, or give the directory to this user (chown -R ${self})`,
    )
  }
  if ((directory.mode & OF_OTHERS) !== 0) {
    throw new StartupError(
      `other users may enter the data directory ${dataDir} (mode ${modeOf(directory)}), and whoever opens the socket in it owns the site: chmod 700 ${dataDir}. Where that can't be, name a folder in it that does not exist yet as dataDir: it is made private. A FAT, NTFS or network folder keeps no modes: choose a local disk`,
    )
  }
  for (const name of OUR_FILES) keepFile(path.join(dataDir, name), name === SOCKET, self, mended)
}

/**
 * Makes a directory and those above it that are missing, each its owner's alone. Node's own recursive way never comes back where
 * the file system makes no directory and says that it is missing, as `/proc` does.
 */
export function makeDirectory(directory: string): void {
  const missing: string[] = []
  for (let at = directory; !existsSync(at); at = path.dirname(at)) missing.unshift(at)
  for (const one of missing) {
    try {
      mkdirSync(one, { mode: 0o700 })
    } catch (error) {
      // Somebody else may have made it in this moment.
      if (systemErrorCode(error) !== 'EEXIST' || !existsSync(one)) throw error
    }
  }
}

/** @throws StartupError when something that is no directory stands there, which no change of its mode would mend */
export function refuseFile(dataDir: string): void {
  const found = statsOf(() => statSync(dataDir))
  if (found === null || found.isDirectory()) return
  throw new StartupError(
    `dataDir ${dataDir} is a file, not a directory: name a directory, which is made if it is missing`,
  )
}

function keepFile(file: string, isSocket: boolean, self: number, mended: (file: string) => void): void {
  const before = statsOf(() => lstatSync(file))
  if (before === null) return
  if (isSocket ? !before.isSocket() : !before.isFile()) {
    const what = before.isSymbolicLink() ? 'a symbolic link' : 'something else'
    throw new StartupError(`${file} is ${what}: put the ${isSocket ? 'socket' : 'file'} itself there, or remove it`)
  }
  if (before.uid !== self) {
    throw new StartupError(
      `${file} belongs to user ${before.uid}, and this runs as user ${self}: if nobody else put it there, chown ${self} ${file}`,
    )
  }
  if ((before.mode & OF_OTHERS) === 0) return
  try {
    chmodSync(file, 0o600)
  } catch (error) {
    throw new StartupError(
      `other users may open ${file} (mode ${modeOf(before)}), and that can't be changed (${systemErrorCode(error) ?? 'no access'}): chmod 600 ${file}`,
    )
  }
  mended(file)
}

const modeOf = ({ mode }: Stats): string => (mode & 0o777).toString(8).padStart(3, '0')

function statsOf(look: () => Stats): Stats | null {
  try {
    return look()
  } catch (error) {
    // What can't be looked at is not there, or not for this user: whoever needs it is told so.
    if (systemErrorCode(error) !== null) return null
    throw error
  }
}
