import { accessSync, constants, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { StartupError, systemErrorCode } from '#runtime/startup-error.ts'
import { takeOwnership } from '#store/file/owner-lock.ts'
import { keepOthersOut, makeDirectory, refuseFile } from './private-directory.ts'

/** A Unix socket's path fits 107 bytes, whatever the file system allows. */
const SOCKET_PATH_MAX_BYTES = 107
/** Longer than any command takes, shorter than anybody waits for a refusal. */
const COMMAND_MAX_MS = 5_000
const BETWEEN_TRIES_MS = 50

export const ownerSocketPath = (dataDir: string): string => path.join(dataDir, 'owner.sock')

/** Makes the directory, private to its owner, if it is missing; refuses one that other users may enter. */
export function prepareDataDir(dataDir: string, mended?: (file: string) => void): void {
  if (Buffer.byteLength(ownerSocketPath(dataDir)) > SOCKET_PATH_MAX_BYTES) {
    throw new StartupError(
      `the path of the data directory ${dataDir} is too long for a Unix socket in it: choose a shorter one`,
    )
  }
  refuseFile(dataDir)
  try {
    makeDirectory(dataDir)
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = systemErrorCode(error) ?? 'no access'
    const advice = ADVICE[code] ?? 'make it, or give it to the user that runs this, with chmod 700'
    throw new StartupError(`cannot write in the data directory ${dataDir} (${code}): ${advice}`)
  }
  keepOthersOut(dataDir, mended)
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is a file, so name another place as dataDir',
  ENOENT: 'no directory can be made there, so name another place as dataDir',
  EROFS: 'that disk can only be read, so name a place on another one as dataDir',
}

/** Null when another process owns the directory. The answer gives it back. */
export function ownDataDir(dataDir: string, mended?: (file: string) => void): (() => void) | null {
  prepareDataDir(dataDir, mended)
  const ownership = takeOwnership(dataDir)
  return 'release' in ownership ? () => ownership.release() : null
}

/** The same for a gateway: a command of the command line holds the directory for a moment only, and is waited for. */
export async function ownDataDirForGood(dataDir: string, mended: (file: string) => void): Promise<(() => void) | null> {
  const untilMs = performance.now() + COMMAND_MAX_MS
  for (;;) {
    const giveBack = ownDataDir(dataDir, mended)
    if (giveBack !== null) return giveBack
    if (performance.now() >= untilMs || (await isAnswering(ownerSocketPath(dataDir)))) return null
    await pause(BETWEEN_TRIES_MS)
  }
}

/** A gateway listens there. */
export const isAnswering = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(socketPath)
    const answer = (answering: boolean) => {
      socket.destroy()
      resolve(answering)
    }
    socket.on('connect', () => answer(true))
    socket.on('error', () => answer(false))
  })

/**
 * When run as root, acts as the owner of the data directory until the returned function is called: otherwise new files
 * there would belong to root, and the gateway could not write them. Root rights come back then, because a command may
 * have to write where only root may.
 */
export function becomeOwnerOf(dataDir: string): () => void {
  const owner = foreignOwnerOf(dataDir)
  const { getgroups, setegid, seteuid, setgroups } = process
  if (owner === null || !getgroups || !setegid || !seteuid || !setgroups) return () => {}
  const groups = getgroups()
  setgroups([owner.gid])
  setegid(owner.gid)
  seteuid(owner.uid)
  return () => {
    seteuid(0)
    setegid(0)
    setgroups(groups)
  }
}

/** The same for a process that has no more need of root. */
export function becomeOwnerForGood(dataDir: string): void {
  const owner = foreignOwnerOf(dataDir)
  const { setgid, setgroups, setuid } = process
  if (owner === null || !setgid || !setgroups || !setuid) return
  setgroups([owner.gid])
  setgid(owner.gid)
  setuid(owner.uid)
}

/** This is root, and the directory belongs to somebody else: `becomeOwnerOf` changes who this process is. */
export const belongsToAnother = (dataDir: string): boolean => foreignOwnerOf(dataDir) !== null

/** Null unless this is root and the directory belongs to somebody else. */
function foreignOwnerOf(dataDir: string): { uid: number; gid: number } | null {
  if (process.geteuid?.() !== 0) return null
  try {
    const owner = statSync(dataDir)
    return owner.uid === 0 ? null : owner
  } catch {
    return null
  }
}
