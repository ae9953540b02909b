import { closeSync, openSync, readSync } from 'node:fs'

const AT_ONCE_BYTES = 65_536

/**
 * A whole file, or what a pipe brings: never more of it than `maxBytes`, for a name may be that of a disk image or of a device
 * without an end. Null when there is more.
 *
 * @throws what the system says when it can't be read
 */
export function readBounded(name: string, maxBytes: number): Buffer | null {
  const fd = openSync(name, 'r')
  try {
    const pieces: Buffer[] = []
    for (let bytes = 0; bytes <= maxBytes; ) {
      const piece = Buffer.allocUnsafe(AT_ONCE_BYTES)
      const read = readSync(fd, piece)
      if (read === 0) return Buffer.concat(pieces)
      pieces.push(piece.subarray(0, read))
      bytes += read
    }
    return null
  } finally {
    closeSync(fd)
  }
}
