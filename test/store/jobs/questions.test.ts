import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpeningCursor } from '#domain/acks/unanswered.ts'
import type { OpeningId } from '#protocol/ids.ts'
import { decide } from '#store/jobs/decide.ts'
import { markUnconfirmed } from '#store/jobs/end-opening.ts'
import { createLock } from '#store/jobs/locks.ts'
import { reserve } from '#store/jobs/reserve.ts'
import { settle } from '#store/jobs/settle.ts'
import { createTempKey } from '#store/jobs/temp-keys.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { keyUuid, lockId, newAck, newKey, newLock, newReserve, T0 } from '#test/store/support/store-site.ts'

const { database, tx, end } = directTransaction()
afterAll(end)

const by = { kind: 'owner' } as const
const waiting: OpeningId[] = []
const silent: OpeningId[] = []
/** A lock that was reset in the middle of 2,500 openings, and was silent about three others. */
beforeAll(() => {
  database.exec('BEGIN')
  for (const n of [1, 2, 7]) createLock(tx, { lock: newLock(n), by, atMs: T0 })
  for (const n of [1, 2]) createTempKey(tx, { key: newKey(n, { lockId: lockId(1) }), by, atMs: T0 })
  const unconfirmed = (n: number, atMs: number, isReset: boolean) => {
    const asked = newReserve(lockId(1), keyUuid(n), { atMs })
    reserve(tx, asked)
    if (isReset) settle(tx, { ack: newAck(asked.command, 'reset'), atMs })
    else markUnconfirmed(tx, { openingId: asked.openingId, reason: 'silent', atMs })
    return asked.openingId
  }
  silent.push(unconfirmed(2, T0, false))
  for (let n = 0; n < 2_500; n += 1) waiting.push(unconfirmed(1, T0 + 1 + n, true))
  silent.push(unconfirmed(2, T0 + 5_000, false), unconfirmed(2, T0 + 5_000, false))
  database.exec('COMMIT')
})

function walk(limit: number) {
  const asked: OpeningId[] = []
  let pages = 0
  let after: OpeningCursor | null = null
  do {
    const page = tx.unansweredCommandsOf(lockId(1), after, limit)
    expect(page.commands.length).toBeLessThanOrEqual(limit)
    asked.push(...page.commands.map(({ openingId }) => openingId))
    after = page.next
    pages += 1
  } while (after !== null)
  return { asked, pages }
}

test('each command that a lock was silent about is found once, however many openings wait for a person between', () => {
  expect(walk(16)).toMatchObject({ asked: silent, pages: 3 })
  expect(walk(1).asked).toEqual(silent)
})

test('the opening that holds a use of a key is found at once, behind those of other keys', () => {
  expect(tx.oldestUnsettledOf(keyUuid(2))?.openingId).toBe(silent[0])
  expect(tx.oldestUnsettledOf(keyUuid(9))).toBeNull()
})

test('openings that somebody decided are in nobody’s way any more: neither looked at, nor is their lock asked', () => {
  expect(tx.locksWithUnconfirmed('all')).toEqual([lockId(1)])
  database.exec('BEGIN')
  for (const openingId of waiting) decide(tx, { openingId, state: 'charged', reason: 'seen', by, atMs: T0 })
  expect(walk(16)).toEqual({ asked: silent, pages: 1 })
  for (const openingId of silent) decide(tx, { openingId, state: 'released', reason: 'seen', by, atMs: T0 })
  database.exec('COMMIT')
  expect(walk(16)).toEqual({ asked: [], pages: 1 })
  expect(tx.locksWithUnconfirmed('all')).toEqual([])
})
