import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { PICTURE_FILE_MAX_BYTES } from '#domain/pictures/picture.ts'

/**
 * The bytes of a file that should be a picture, or why there are none, to go on after its name. Devices never end and
 * pipes keep waiting, so only regular files are read, and links to them.
 */
export async function readPictureFile(name: string): Promise<Buffer | { readonly why: string }> {
  try {
    // Without O_NONBLOCK the mere opening of a pipe waits until somebody writes to it.
    await using file = await open(name, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = await file.stat()
    if (facts.isDirectory()) return { why: 'is a directory' }
    if (!facts.isFile()) return { why: 'is no regular file' }
    // It may grow while it is read: one byte more than allowed says so.
    const bytes = Buffer.alloc(Math.min(facts.size, PICTURE_FILE_MAX_BYTES) + 1)
    let length = 0
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = (await file.read(bytes, length, bytes.length - length)).bytesRead
    }
    if (length > PICTURE_FILE_MAX_BYTES) return { why: `has more than ${PICTURE_FILE_MAX_BYTES / 1_048_576} MB` }
    return bytes.subarray(0, length)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { why: CAUSES[code] ?? `can't be read (${code || 'no access'})` }
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EACCES: 'may not be read by this user',
  ENXIO: 'is no regular file',
  ELOOP: 'is a link that leads nowhere',
}
