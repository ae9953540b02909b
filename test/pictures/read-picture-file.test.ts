import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PICTURE_FILE_MAX_BYTES } from '#domain/pictures/picture.ts'
import { readPictureFile } from '#pictures/read-picture-file.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-picture-file-'))
const at = (name: string) => path.resolve(folder, name)
beforeAll(() => {
  mkdirSync(at('folder'))
  execFileSync('mkfifo', [at('pipe')])
  symlinkSync('nowhere', at('dangling'))
  symlinkSync('circle', at('circle'))
  symlinkSync('/dev/zero', at('device.png'))
  writeFileSync(at('file'), 'bytes')
  symlinkSync('file', at('link'))
  for (const [name, bytes] of [
    ['largest', PICTURE_FILE_MAX_BYTES],
    ['larger', PICTURE_FILE_MAX_BYTES + 1],
  ] as const) {
    writeFileSync(at(name), '')
    truncateSync(at(name), bytes)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['pipe', 'is no regular file'],
  ['/dev/zero', 'is no regular file'],
  ['device.png', 'is no regular file'],
  ['folder', 'is a directory'],
  ['dangling', 'is not there'],
  ['file/below', 'is not there'],
  ['circle', 'is a link that leads nowhere'],
  ['larger', 'has more than 16 MB'],
])('%s is refused at once: it %s', async (name, why) => {
  expect(await readPictureFile(at(name))).toEqual({ why })
})

test('a file is read whole, also behind a link, up to the largest that a picture may have', async () => {
  expect(await readPictureFile(at('link'))).toEqual(Buffer.from('bytes'))
  const largest = await readPictureFile(at('largest'))
  expect('why' in largest ? largest.why : largest.length).toBe(PICTURE_FILE_MAX_BYTES)
})
