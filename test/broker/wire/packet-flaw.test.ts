import { describe, expect, it } from 'vitest'
import { type PacketFlaw, packetFlaw } from '#broker/wire/packet-flaw.ts'
import { PacketReader } from '#broker/wire/packet-reader.ts'
import { connectPacket } from '#test/broker/raw-mqtt.ts'
import { MALFORMED, OTHER_VERSIONS, type Specimen, WELL_FORMED } from './packet-corpus.ts'

/** The judgement of a specimen as the broker meets it: in a stream, behind a good CONNECT unless it is one. */
function judged({ bytes, isFirst }: Specimen): PacketFlaw | string | null {
  const reader = new PacketReader(1_024, 4_096, packetFlaw)
  return reader.scan(isFirst ? bytes : Buffer.concat([connectPacket(), bytes]))
}

describe('the strict reader', () => {
  it('has enough to be judged by, and nothing twice', () => {
    expect(MALFORMED.length).toBeGreaterThanOrEqual(200)
    expect(WELL_FORMED.length).toBeGreaterThanOrEqual(100)
    for (const corpus of [MALFORMED, WELL_FORMED])
      expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length)
  })

  it.each(MALFORMED.map((specimen) => [specimen.name, specimen] as const))('refuses %s', (_name, specimen) => {
    const flaw = judged(specimen)
    expect(flaw).not.toBeNull()
    // A first packet that is no CONNECT to the first byte is refused before it is read.
    if (typeof flaw === 'string') expect(flaw).toBe('not-mqtt')
    else expect(flaw).toMatchObject({ kind: 'malformed', says: expect.stringMatching(/^[A-Za-z].{5,}/) })
  })

  it.each(OTHER_VERSIONS.map((specimen) => [specimen.name, specimen] as const))(
    'knows %s as another version',
    (_name, specimen) => {
      expect(judged(specimen)).toMatchObject({ kind: 'version' })
    },
  )

  it.each(WELL_FORMED.map((specimen) => [specimen.name, specimen] as const))('lets %s pass', (_name, specimen) => {
    expect(judged(specimen)).toBeNull()
  })
})
