import { readdirSync, readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { type MadePicture, PICTURE_MAX_BYTES, type PictureUse } from '#domain/pictures/picture.ts'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { noise, phonePhoto, smallPng, webpChunks } from '#test/support/picture-files.ts'
import { until } from '#test/support/until.ts'

// A process for each picture, behind everything else that a busy machine does.
vi.setConfig({ testTimeout: 120_000 })

const make = pictureMaker()
async function made(bytes: Buffer, use: PictureUse): Promise<MadePicture['picture']> {
  const result = await make(bytes, use)
  if (result.kind !== 'made') throw new Error(JSON.stringify(result))
  return result.picture
}

test('a phone’s photo stands upright, and where it was taken is gone', async () => {
  const photo = await phonePhoto(1_600, 1_200)
  expect(photo.includes('Exif')).toBe(true)
  const { exif, orientation } = await sharp(photo).metadata()
  expect([exif === undefined, orientation]).toEqual([false, 6])
  const picture = await made(photo, 'door')
  expect(picture.heightPx / picture.widthPx).toBeCloseTo(4 / 3, 2)
  expect(webpChunks(picture.webp).filter((name) => !['VP8 ', 'VP8L', 'VP8X', 'ALPH'].includes(name))).toEqual([])
  expect((await sharp(picture.webp).metadata()).exif).toBeUndefined()
})

test.each<[PictureUse, number, number]>([
  ['door', 4_032, 3_024],
  ['logo', 900, 900],
  ['logo', 3_000, 200],
])('the hardest picture for a %s fits the room that a page has for it', async (use, width, height) => {
  const picture = await made(await noise(width, height).jpeg({ quality: 70 }).toBuffer(), use)
  expect(picture.webp.length).toBeLessThanOrEqual(PICTURE_MAX_BYTES[use])
  const { format, width: inBytes, height: high } = await sharp(picture.webp).metadata()
  expect([format, inBytes, high]).toEqual(['webp', picture.widthPx, picture.heightPx])
})

test('a small logo keeps its size and its transparency, a photo has none', async () => {
  const logo = await made(await smallPng(), 'logo')
  expect([logo.widthPx, logo.heightPx]).toEqual([60, 20])
  expect((await sharp(logo.webp).metadata()).hasAlpha).toBe(true)
  expect((await sharp((await made(await smallPng(), 'door')).webp).metadata()).hasAlpha).toBe(false)
})

test('the process that decodes is limited in time, memory and files, goes behind the doors, and knows no secret of theirs', async () => {
  process.env.LATCHKEY_TEST_SECRET = 'not-for-it'
  const making = make(await noise(6_000, 4_000).jpeg({ quality: 60 }).toBuffer(), 'door')
  const child = await until('the picture process runs', async () => pictureProcess())
  const of = (file: string) => readFileSync(`/proc/${child}/${file}`, 'utf8')
  const limits = of('limits')
  expect(limits).toMatch(/Max cpu time +10 +10 /)
  // A core of it would be a gigabyte in a full disk's last room.
  expect(limits).toMatch(/Max core file size +0 +0 /)
  expect(limits).toMatch(/Max file size +0 +0 /)
  expect(limits).toMatch(/Max data size +1073741824 +1073741824 /)
  expect(of('oom_score_adj').trim()).toBe('1000')
  expect(of('environ')).not.toContain('not-for-it')
  expect(of('cmdline')).toContain('--permission')
  expect(of('stat').split(') ')[1]?.split(' ')[16]).toBe('5')
  process.kill(child, 'SIGKILL')
  expect(await making).toEqual({ kind: 'refused', why: 'takes more time or memory than a picture may' })
  expect((await make(await smallPng(), 'logo')).kind).toBe('made')
})

test('a picture that is not done in time is refused, and the next one is made', async () => {
  const impatient = pictureMaker(1)
  const inTime = await impatient(await smallPng(), 'logo')
  expect(inTime).toEqual({ kind: 'refused', why: 'takes more time or memory than a picture may' })
  expect((await make(await smallPng(), 'logo')).kind).toBe('made')
})

/** A child of this very process, once it has become Node. */
function pictureProcess(): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const isChild = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid)
      if (isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(process.execPath)) return Number(pid)
    } catch {}
  }
  return null
}
