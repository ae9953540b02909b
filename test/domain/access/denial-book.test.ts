import { expect, test } from 'vitest'
import { DENIAL_EVENT_EVERY_MS, DenialBook } from '#domain/access/denial-book.ts'
import { keyRefOf, lockIdFromNumber, parseTempKeyUuid } from '#protocol/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const keyRef = keyRefOf(must(parseTempKeyUuid('7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4')))
const lockId = must(lockIdFromNumber(1))
const guest = { kind: 'guest' } as const

test('a dead link tapped without end writes one event a minute, which says how many taps it stands for', async () => {
  const clock = new ManualClock()
  const book = new DenialBook(clock)
  expect(book.take(lockId, keyRef, 'key-revoked', guest)).toBe(1)
  for (let taps = 0; taps < 500; taps += 1) expect(book.take(lockId, keyRef, 'key-revoked', guest)).toBeNull()
  expect(book.take(lockId, keyRef, 'key-expired', guest)).toBe(1)
  await clock.passMs(DENIAL_EVENT_EVERY_MS)
  expect(book.take(lockId, keyRef, 'key-revoked', guest)).toBe(501)
})

test('the minute counts from the event that was written, not from the denials after it', async () => {
  const clock = new ManualClock()
  await clock.passMs(1_000_000)
  const book = new DenialBook(clock)
  book.take(lockId, keyRef, 'key-revoked', guest)
  await clock.passMs(DENIAL_EVENT_EVERY_MS - 1)
  expect(book.take(lockId, keyRef, 'key-revoked', guest)).toBeNull()
  await clock.passMs(1)
  expect(book.take(lockId, keyRef, 'key-revoked', guest)).toBe(2)
})

test('10,000 callers are remembered; one more, and the one is forgotten whose event is oldest', async () => {
  const clock = new ManualClock()
  const book = new DenialBook(clock)
  const take = (caller: number) => book.take(lockId, keyRef, `caller ${caller}`, guest)
  for (let caller = 0; caller < 10_000; caller += 1) take(caller)
  expect([take(0), take(1), take(9_999)]).toEqual([null, null, null])
  await clock.passMs(DENIAL_EVENT_EVERY_MS)
  expect(take(0)).toBe(2)
  // Now the second is the oldest.
  take(10_000)
  expect([take(0), take(9_999), take(1)]).toEqual([null, 2, 1])
})
