import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SignedCommand } from '#domain/openings/opening.ts'
import { chargeOld } from '#store/jobs/decide.ts'
import { markUnconfirmed } from '#store/jobs/end-opening.ts'
import { createLock } from '#store/jobs/locks.ts'
import { recover } from '#store/jobs/recover.ts'
import { reserve } from '#store/jobs/reserve.ts'
import { createTempKey } from '#store/jobs/temp-keys.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { keyUuid, lockId, newKey, newLock, newReserve, T0, valid } from '#test/store/support/store-site.ts'

let site: ReturnType<typeof directTransaction>
let commands: SignedCommand[]
beforeEach(() => {
  site = directTransaction()
  commands = [1, 2, 3].map((n) => {
    const by = { kind: 'owner' } as const
    createLock(site.tx, { lock: newLock(n), by, atMs: T0 })
    createTempKey(site.tx, { key: newKey(n, { lockId: lockId(n) }), by, atMs: T0 })
    const asked = newReserve(lockId(n), keyUuid(n))
    reserve(site.tx, asked)
    return asked.command
  })
})
afterEach(() => site.end())

const states = () => commands.map(({ openingId }) => valid(site.tx.findOpening(openingId)).state)
const inFlight = () => [1, 2, 3].filter((n) => site.tx.commandInFlight(lockId(n)) !== null)
const silence = () => {
  for (const { openingId } of commands) markUnconfirmed(site.tx, { openingId, reason: 'silent', atMs: T0 })
}

describe('a sweep touches no lock but those that it may', () => {
  test('at a start: what the process before left behind', () => {
    recover(site.tx, { locks: [lockId(1), lockId(3)], atMs: T0 })
    expect(states()).toEqual(['unconfirmed', 'reserved', 'unconfirmed'])
    expect(inFlight()).toEqual([2])
    recover(site.tx, { locks: 'all', atMs: T0 })
    expect(states()).toEqual(['unconfirmed', 'unconfirmed', 'unconfirmed'])
    expect(inFlight()).toEqual([])
  })

  test('by the hour: what is charged for its age', () => {
    silence()
    const sweep = { startedBeforeMs: T0 + 1, atMs: T0 + 1 }
    expect(chargeOld(site.tx, { ...sweep, locks: [lockId(2)] }).map((opening) => opening.lockId)).toEqual([2])
    expect(states()).toEqual(['unconfirmed', 'charged', 'unconfirmed'])
    expect(chargeOld(site.tx, { ...sweep, locks: [] })).toEqual([])
    expect(chargeOld(site.tx, { ...sweep, locks: 'all' }).map((opening) => opening.lockId)).toEqual([1, 3])
  })

  test('by the minute: what is ended, and which locks are asked', () => {
    const [first, , third] = commands.map(({ openingId }) => openingId)
    expect(site.tx.reservedOpeningIds([lockId(1), lockId(3)], 9)).toEqual([first, third])
    silence()
    expect(site.tx.locksWithUnconfirmed([lockId(3), lockId(2)])).toEqual([2, 3])
    expect(site.tx.locksWithUnconfirmed([])).toEqual([])
    expect(site.tx.locksWithUnconfirmed('all')).toEqual([1, 2, 3])
  })
})
