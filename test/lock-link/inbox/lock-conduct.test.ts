import { describe, expect, test } from 'vitest'
import { LockConduct } from '#lock-link/inbox/lock-conduct.ts'
import { lockIdFromNumber } from '#protocol/ids.ts'
import { must } from '#test/support/must.ts'

const lock = (id: number) => must(lockIdFromNumber(id))

/** One lock says so much a second for so long; how many messages were heard, and when and for how long it was cut off. */
function flood(conduct: LockConduct, perSecond: number, seconds: number, id = 1) {
  let heard = 0
  const cutOffs: [number, number][] = []
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const nowMs = (n / perSecond) * 1_000
    const verdict = conduct.said(lock(id), nowMs)
    if (verdict.kind === 'heard') heard += 1
    if (verdict.kind === 'cut-off') cutOffs.push([Math.round(nowMs), verdict.forMs])
  }
  return { heard, cutOffs }
}

describe('the conduct of a lock', () => {
  test('is never cut off for a whole journal of acks that nobody has receipted, nor for its hellos', () => {
    const conduct = new LockConduct()
    expect(flood(conduct, 51, 60)).toEqual({ heard: 51 * 60, cutOffs: [] })
  })

  test('that says too much is heard as much as a working lock, then cut off for times that double up to five minutes', () => {
    const { heard, cutOffs } = flood(new LockConduct(), 200, 1_800)
    const times = cutOffs.map(([, forMs]) => forMs)
    expect(times.slice(0, 10)).toEqual([
      ...[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000],
    ])
    expect(new Set(times.slice(10))).toEqual(new Set([300_000]))
    // Between two times it is heard for some seconds.
    expect(heard).toBeLessThan(cutOffs.length * 400)
  })

  test('is heard for 120 messages at once, and 60 a second after that', () => {
    const conduct = new LockConduct()
    const heardAt = (nowMs: number) =>
      Array.from({ length: 200 }, () => conduct.said(lock(1), nowMs)).filter(({ kind }) => kind === 'heard').length
    expect(heardAt(0)).toBe(120)
    expect(heardAt(500)).toBe(30)
  })

  test('is put up with for 300 things too many, and for two a second after that', () => {
    const conduct = new LockConduct()
    expect(conduct.exceeded(lock(1), 300, 0)).toEqual({ kind: 'unheard' })
    expect(conduct.exceeded(lock(1), 20, 10_000)).toEqual({ kind: 'unheard' })
    expect(conduct.exceeded(lock(1), 1, 10_000)).toEqual({ kind: 'cut-off', forMs: 1_000 })
  })

  test('is unheard until its cut-off ends, whatever it does meanwhile, and heard in that very moment', () => {
    const conduct = new LockConduct()
    expect(conduct.exceeded(lock(1), 301, 0)).toEqual({ kind: 'cut-off', forMs: 1_000 })
    // What it does while nobody hears it makes nothing worse.
    expect(conduct.said(lock(1), 999)).toEqual({ kind: 'unheard' })
    expect(conduct.exceeded(lock(1), 10_000, 999)).toEqual({ kind: 'unheard' })
    expect(conduct.isCutOff(lock(1), 999)).toBe(true)
    expect(conduct.isCutOff(lock(1), 1_000)).toBe(false)
    expect(conduct.said(lock(1), 1_000)).toEqual({ kind: 'heard' })
    // After it there is as much patience as before the first.
    expect(conduct.exceeded(lock(1), 300, 1_000)).toEqual({ kind: 'unheard' })
    expect(conduct.exceeded(lock(1), 1, 1_000)).toEqual({ kind: 'cut-off', forMs: 2_000 })
  })

  test('counts the half hour of forgiveness from the end of the last cut-off, to the millisecond', () => {
    const cutOffAfter = (pauseMs: number) => {
      const conduct = new LockConduct()
      conduct.exceeded(lock(1), 301, 0)
      return conduct.exceeded(lock(1), 301, 1_000 + pauseMs)
    }
    expect(cutOffAfter(30 * 60_000 - 1)).toEqual({ kind: 'cut-off', forMs: 2_000 })
    expect(cutOffAfter(30 * 60_000)).toEqual({ kind: 'cut-off', forMs: 1_000 })
  })

  test('is forgiven after half an hour without another excess', () => {
    const conduct = new LockConduct()
    expect(flood(conduct, 1_000, 2).cutOffs.length).toBeGreaterThan(0)
    const laterMs = 40 * 60_000
    let verdict = conduct.exceeded(lock(1), 300, laterMs)
    while (verdict.kind !== 'cut-off') verdict = conduct.exceeded(lock(1), 1, laterMs)
    expect(verdict.forMs).toBe(1_000)
  })

  test('begins anew with other credentials: whoever had the ones before left no cut-off behind', () => {
    const conduct = new LockConduct()
    flood(conduct, 1_000, 10)
    expect(conduct.isCutOff(lock(1), 9_999)).toBe(true)
    conduct.forget(lock(1))
    expect(conduct.said(lock(1), 9_999)).toEqual({ kind: 'heard' })
    let verdict = conduct.exceeded(lock(1), 300, 9_999)
    while (verdict.kind !== 'cut-off') verdict = conduct.exceeded(lock(1), 1, 9_999)
    expect(verdict.forMs).toBe(1_000)
  })

  test('costs no other lock anything', () => {
    const conduct = new LockConduct()
    flood(conduct, 1_000, 10)
    expect(conduct.isCutOff(lock(1), 9_999)).toBe(true)
    expect(conduct.said(lock(2), 9_999)).toEqual({ kind: 'heard' })
    expect(conduct.isCutOff(lock(2), 9_999)).toBe(false)
  })
})
