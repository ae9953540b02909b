import { once } from 'node:events'
import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { StartupError, systemErrorCode } from './startup-error.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants

/** A new file that nobody else can read and that grows piece by piece, or standard output. */
export interface GrowingFile {
  /** @throws StartupError with where it was to go */
  write(piece: Uint8Array): Promise<void>
  /** Keeps what was written, durably. */
  end(): Promise<void>
  /** Leaves nothing of it. */
  remove(): Promise<void>
}

/** Never an existing file. @param name `-` for standard output @throws StartupError with what to do */
export async function growFile(name: string, standardOutput: Writable): Promise<GrowingFile> {
  if (name === '-') return growing(standardOutput)
  let file: FileHandle
  try {
    file = await open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  } catch (error) {
    const code = systemErrorCode(error)
    throw new StartupError(
      code === 'EEXIST'
        ? `${name} is there already, and is left as it is: name a new file, or take that one away`
        : `cannot make ${name} (${code ?? 'no access'}): choose another place`,
    )
  }
  const orSay = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      throw new StartupError(`${name} could not be written (${systemErrorCode(error) ?? 'no access'})`)
    }
  }
  return {
    write: (piece) => orSay(() => file.writeFile(piece)),
    end: async () => {
      await orSay(() => file.sync())
      await file.close()
    },
    remove: async () => {
      await file.close()
      await rm(name, { force: true })
    },
  }
}

/** What is behind it may be slower than the gateway. */
const growing = (output: Writable): GrowingFile => ({
  write: async (piece) => {
    if (!output.write(piece)) await once(output, 'drain')
  },
  end: async () => {},
  remove: async () => {},
})
