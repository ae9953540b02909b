import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'

/**
 * Puts a whole file, for its owner alone, in the place of the one before. After a power cut it is the old one or the new one,
 * and the new one once this has returned.
 *
 * @throws what the system says when it can't be written
 */
export function writeDurably(file: string, content: string): void {
  const whole = `${file}.new`
  const fd = openSync(whole, 'w', 0o600)
  try {
    writeSync(fd, content)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(whole, file)
  const dir = openSync(path.dirname(file), 'r')
  fsyncSync(dir)
  closeSync(dir)
}
