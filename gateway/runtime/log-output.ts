import { constants, fstatSync, openSync, write, writeSync } from 'node:fs'
import { Socket } from 'node:net'

/** Where log lines go. Nothing here ever waits on the calling thread, but for `writeNow`. */
export interface LogOutput {
  /** One write at a time: call again only after `done`. */
  write(text: string, done: (error: Error | null) => void): void
  /** For the moment in which the process ends. False when there is no room for all of it now. */
  writeNow(text: string): boolean
  /** Gives up what is still under way, so that it can't keep the process alive. */
  close(): void
}

/**
 * A pipe or a socket may have a reader that does not read, and then a write waits for as long: in the event loop no door
 * would open, and a thread of the pool that waits in the kernel keeps the process from ever ending. So these are written
 * without waiting, as streams. A file or a terminal can't be told not to wait; the thread pool writes them.
 */
export function openLogOutput(fd: number): LogOutput {
  const kind = fstatSync(fd)
  if (kind.isFIFO()) return streamOutput(ownOpening(fd))
  return kind.isSocket() ? streamOutput(fd) : fileOutput(fd)
}

/** "Do not wait" belongs to an opening of the pipe: one of our own leaves other programs that write to it as they were. */
function ownOpening(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    // A pipe that another user made, or no /proc.
    return fd
  }
}

function streamOutput(fd: number): LogOutput {
  const stream = new Socket({ fd, readable: false, writable: true })
  // Each write hears of its own failure.
  stream.on('error', () => {})
  return {
    write: (text, done) => void stream.write(text, (error) => done(error ?? null)),
    writeNow: (text) => stream.writableLength === 0 && writeAll(fd, text),
    close: () => void stream.destroy(),
  }
}

function fileOutput(fd: number): LogOutput {
  const writeRest = (bytes: Buffer, done: (error: Error | null) => void): void =>
    write(fd, bytes, (error, written) => {
      if (error !== null || written === bytes.length) done(error)
      else writeRest(bytes.subarray(written), done)
    })
  return {
    write: (text, done) => writeRest(Buffer.from(text), done),
    writeNow: (text) => writeAll(fd, text),
    close: () => {},
  }
}

function writeAll(fd: number, text: string): boolean {
  const bytes = Buffer.from(text)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    return true
  } catch {
    return false
  }
}
