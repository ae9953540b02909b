import { describe, expect, it } from 'vitest'
import { zoneNamed } from '#runtime/site-zone.ts'

const zurich = zoneNamed('Europe/Zurich')
const ms = (iso: string) => Date.parse(iso)

describe('the zone of a site', () => {
  it('knows the instant of a wall time, in winter and in summer', () => {
    expect(zurich.instantsOf({ date: '2026-01-15', minuteOfDay: 12 * 60 })).toEqual([ms('2026-01-15T11:00:00Z')])
    expect(zurich.instantsOf({ date: '2026-07-15', minuteOfDay: 12 * 60 + 5 })).toEqual([ms('2026-07-15T10:05:00Z')])
  })

  it('knows none for a time that the clock skips in spring', () => {
    expect(zurich.instantsOf({ date: '2026-03-29', minuteOfDay: 2 * 60 + 30 })).toEqual([])
  })

  it('knows both for a time that the clock shows twice in autumn', () => {
    expect(zurich.instantsOf({ date: '2026-10-25', minuteOfDay: 2 * 60 + 30 })).toEqual([
      ms('2026-10-25T00:30:00Z'),
      ms('2026-10-25T01:30:00Z'),
    ])
  })

  it('tells the wall time of an instant, with its offset', () => {
    expect(zurich.localOf(ms('2026-10-25T01:30:00Z'))).toEqual({ date: '2026-10-25', minuteOfDay: 150 })
    expect(zurich.withOffset(ms('2026-10-25T00:30:00Z'))).toBe('2026-10-25T02:30:00+02:00')
    expect(zurich.withOffset(ms('2026-10-25T01:30:00.900Z'))).toBe('2026-10-25T02:30:00+01:00')
    expect(zoneNamed('UTC').withOffset(0)).toBe('1970-01-01T00:00:00+00:00')
  })

  it('is refused by a name that there is not', () => {
    expect(() => zoneNamed('Europe/Atlantis')).toThrow(RangeError)
  })
})
