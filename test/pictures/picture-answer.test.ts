import { expect, test } from 'vitest'
import { PICTURE_MAX_BYTES } from '#domain/pictures/picture.ts'
import { pictureAnswer } from '#pictures/picture-answer.ts'

/** As much of a WebP as is looked at, and zeros behind it. */
const webpOf = (bytes: number, form = 'WEBP', container = 'RIFF'): string =>
  Buffer.concat([Buffer.from(`${container}\0\0\0\0${form}`), Buffer.alloc(bytes)])
    .subarray(0, bytes)
    .toString('base64')
const said = (difference: object = {}): string =>
  JSON.stringify({ webp: webpOf(100), widthPx: 10, heightPx: 20, ...difference })

test('a small WebP is taken as it is, up to the room that a page has for it', () => {
  expect(pictureAnswer(said(), 'door')).toEqual({
    kind: 'made',
    picture: { webp: Buffer.from(webpOf(100), 'base64'), widthPx: 10, heightPx: 20 },
  })
  for (const use of ['door', 'logo'] as const) {
    const largest = said({ webp: webpOf(PICTURE_MAX_BYTES[use]) })
    expect(pictureAnswer(largest, use).kind).toBe('made')
  }
})

test.each([
  ['too-many-pixels', 'has more than 52 million pixels'],
  ['damaged', 'is damaged or broken off'],
])('%s is told in plain words', (refused, why) => {
  expect(pictureAnswer(JSON.stringify({ refused }), 'door')).toEqual({ kind: 'refused', why })
})

test.each<[string, string]>([
  ['a picture of another format', said({ webp: webpOf(100, 'AVI ') })],
  ['a WebP that is in no RIFF', said({ webp: webpOf(100, 'WEBP', 'RIFX') })],
  ['a script', said({ webp: Buffer.from('<svg><script>alert(1)</script></svg>').toString('base64') })],
  ['nothing', said({ webp: '' })],
  ['more than a page has room for', said({ webp: webpOf(PICTURE_MAX_BYTES.door + 1) })],
  ['markup instead of bytes', said({ webp: '"><script>' })],
  ['markup instead of a size', said({ widthPx: '1" onload="alert(1)' })],
  ['a size that no page shows', said({ heightPx: 1_001 })],
  ['no size', said({ widthPx: undefined })],
  ['something more', said({ more: 1 })],
  ['a refusal in its own words', JSON.stringify({ refused: '<b>' })],
  ['no JSON', 'WEBP'],
  ['no words', ''],
])('a process that answers with %s has made no picture', (_, answer) => {
  expect(() => pictureAnswer(answer, 'door')).toThrow()
})

test('a logo has less room than a door, and a picture of a door is none', () => {
  expect(PICTURE_MAX_BYTES.logo).toBeLessThan(PICTURE_MAX_BYTES.door)
  expect(() => pictureAnswer(said({ webp: webpOf(PICTURE_MAX_BYTES.logo + 1) }), 'logo')).toThrow(/no picture/)
})
