import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PacketJudge, PacketReader } from '#broker/wire/packet-reader.ts'

/** A packet of `type` with a body of `length` bytes; the length may be announced without the body being there. */
function header(type: number, length: number): Buffer {
  const bytes = [type]
  let rest = length
  do {
    bytes.push((rest & 0x7f) | (rest > 127 ? 0x80 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.from(bytes)
}
const CONNECT = 0x10
const PUBLISH = 0x30
const packet = (type: number, length: number) => Buffer.concat([header(type, length), Buffer.alloc(length, 0xff)])

/** A reader that finds nothing wrong with whole packets, unless told otherwise. */
const reader = (judge: PacketJudge<string> = () => null) => new PacketReader<string>(1_024, 4_096, judge)

describe('the reader of packets', () => {
  it('lets a CONNECT of 1,024 bytes in and refuses one of 1,025 by its announcement', () => {
    expect(reader().scan(packet(CONNECT, 1_021))).toBeNull()
    expect(reader().scan(header(CONNECT, 1_022))).toBe('packet-too-large')
  })

  it('lets later packets have 4,096 bytes and not one more', () => {
    const following = reader()
    expect(following.scan(packet(CONNECT, 20))).toBeNull()
    expect(following.scan(packet(PUBLISH, 4_093))).toBeNull()
    expect(following.scan(header(PUBLISH, 4_094))).toBe('packet-too-large')
  })

  it('refuses at once whatever does not begin with CONNECT', () => {
    for (const text of ['GET / HTTP/1.1\r\n', '\x16\x03\x01', '\0'])
      expect(reader().scan(Buffer.from(text))).toBe('not-mqtt')
  })

  it('refuses a length of five bytes, however small', () => {
    const following = reader()
    expect(following.scan(packet(CONNECT, 20))).toBeNull()
    expect(following.scan(Buffer.from([PUBLISH, 0x80, 0x80, 0x80, 0x80, 0x00]))).toBe('not-mqtt')
  })

  it('gives nothing on once a packet was judged, whatever comes behind it in the same bytes', () => {
    const judged: number[] = []
    const following = reader((firstByte) => {
      judged.push(firstByte)
      return firstByte === PUBLISH ? 'flaw' : null
    })
    expect(following.scan(Buffer.concat([packet(CONNECT, 20), packet(PUBLISH, 3), packet(0xc0, 0)]))).toBe('flaw')
    expect(judged).toEqual([CONNECT, PUBLISH])
  })

  it('judges the same packets, each once and whole, however the network cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
        (lengths, cuts) => {
          const bytes = Buffer.concat([packet(CONNECT, 30), ...lengths.map((length) => packet(PUBLISH, length))])
          const seen: string[] = []
          const following = reader((firstByte, body, isFirst) => {
            seen.push(`${firstByte} ${body.length} ${isFirst} ${Buffer.from(body).toString('hex')}`)
            return null
          })
          for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
            const size = cuts[cut % cuts.length] ?? 1
            expect(following.scan(bytes.subarray(at, at + size))).toBeNull()
            at += size
          }
          expect(following.packets).toBe(1 + lengths.length)
          expect(seen).toEqual([
            `${CONNECT} 30 true ${'ff'.repeat(30)}`,
            ...lengths.map((length) => `${PUBLISH} ${length} false ${'ff'.repeat(length)}`),
          ])
        },
      ),
      { numRuns: 200 },
    )
  })
})
