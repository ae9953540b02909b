import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { takeOwnership } from '#store/owner-lock.ts'
import { StartupError, systemErrorCode } from './startup-error.ts'

/** A Unix socket's path fits 107 bytes, whatever the file system allows. */
const SOCKET_PATH_MAX_BYTES = 107

export const ownerSocketPath = (dataDir: string): string => path.join(dataDir, 'owner.sock')

/** Makes the directory if need be, for its owner alone. */
export function prepareDataDir(dataDir: string): void {
  if (Buffer.byteLength(ownerSocketPath(dataDir)) > SOCKET_PATH_MAX_BYTES) {
    throw new StartupError(
      `the path of the data directory ${dataDir} is too long for a Unix socket in it: choose a shorter one`,
    )
  }
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new StartupError(
      `cannot write in the data directory ${dataDir} (${systemErrorCode(error) ?? 'no access'}): make it, or give it to the user that runs this`,
    )
  }
}

/** Null when another process owns the directory. The answer gives it back. */
export function ownDataDir(dataDir: string): (() => void) | null {
  prepareDataDir(dataDir)
  const ownership = takeOwnership(dataDir)
  return 'release' in ownership ? () => ownership.release() : null
}

/** As root, becomes the owner of the data directory: otherwise its files would belong to root, and the gateway could not write them. */
export function becomeOwnerOf(dataDir: string): void {
  if (process.getuid?.() !== 0) return
  let owner: { uid: number; gid: number }
  try {
    owner = statSync(dataDir)
  } catch {
    return
  }
  if (owner.uid === 0) return
  process.setgroups?.([owner.gid])
  process.setgid?.(owner.gid)
  process.setuid?.(owner.uid)
}
