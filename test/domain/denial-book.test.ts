import { expect, test } from 'vitest'
import { DENIAL_EVENT_EVERY_MS, DenialBook } from '#domain/denial-book.ts'
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
