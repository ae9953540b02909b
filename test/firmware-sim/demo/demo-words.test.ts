import decodeQr from 'qr/decode.js'
import { expect, test } from 'vitest'
import { demoWords } from '#firmware-sim/demo/demo-words.ts'

/** What a camera sees of a code that was printed in half blocks, white where they are. */
function photographed(lines: readonly string[]): { width: number; height: number; data: Uint8Array } {
  const [top, bottom] = ['█▀', '█▄']
  const rows = lines.flatMap((line) => [top, bottom].map((white) => [...line].map((block) => white.includes(block))))
  const scale = 4
  const width = (rows[0]?.length ?? 0) * scale
  const data = new Uint8Array(width * rows.length * scale * 4)
  for (let at = 0; at < data.length / 4; at += 1) {
    const [x, y] = [Math.floor((at % width) / scale), Math.floor(at / width / scale)]
    data.fill(rows[y]?.[x] === true ? 255 : 0, at * 4, at * 4 + 3)
    data[at * 4 + 3] = 255
  }
  return { width, height: rows.length * scale, data }
}

test('the code that the demo prints says the link to its key, in colours of its own', () => {
  const uuid = '7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4'
  const words = demoWords({
    ...{
      httpUrl: 'http://192.0.2.7:8080',
      lockCount: 1,
      lockId: 1,
      keys: { public: uuid, oneUse: 'b', whitelist: 'c' },
    },
    seat: null,
    ...{ token: 't', apiKey: 'k', nowMs: 0 },
  })
  const [begin, end] = ['\x1b[97;40m', '\x1b[0m']
  const painted = words
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(begin) && line.endsWith(end))
  const lines = painted.map((line) => line.slice(begin.length, -end.length))
  expect(lines.length).toBeGreaterThan(10)
  expect(decodeQr(photographed(lines))).toBe(`HTTP://192.0.2.7:8080/TEMP-KEYS/${uuid.toUpperCase()}`)
})

test('whoever sits on a seat reads a link and a line for that lock, with a key of its own', () => {
  const words = demoWords({
    ...{ httpUrl: 'http://192.0.2.7:8080', lockCount: 1, lockId: 1, token: 't', apiKey: 'k', nowMs: 0 },
    keys: { public: 'a', oneUse: 'b', whitelist: 'c' },
    seat: { lockId: 99, key: 'd' },
  }).join('\n')
  expect(words).toMatch(/^ {2}Lock 99 is yours/m)
  expect(words).toMatch(/^ {4}http:\/\/192\.0\.2\.7:8080\/temp-keys\/d$/m)
  expect(words).toMatch(/^ {4}curl -L -d '' http:\/\/192\.0\.2\.7:8080\/temp-keys\/d\/open$/m)
})
