import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { isWhitelisted, type TempKey } from '#domain/temp-keys/temp-key.ts'
import type { TempKeyChanges } from '#domain/temp-keys/temp-key-changes.ts'
import { createLock } from '#store/jobs/locks.ts'
import { createTempKey, updateTempKey } from '#store/jobs/temp-keys.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { keyUuid, lockId, newKey, newLock, T0, userId, valid } from '#test/store/support/store-site.ts'

const site = directTransaction()
afterAll(site.end)
const by = { kind: 'owner' } as const
createLock(site.tx, { lock: newLock(1), by, atMs: T0 })

const USERS = ['alice', 'bob', 'carol'].map(userId)
const hours = fc.integer({ min: -5, max: 5 }).map((hour) => T0 + hour * 3_600_000)
const absent = { requiredKeys: [] }
const changes: fc.Arbitrary<TempKeyChanges> = fc.record(
  {
    validFromMs: hours,
    validUntilMs: hours,
    maxUses: fc.option(fc.integer({ min: 1, max: 5 })),
    allowedUserIds: fc.subarray(USERS),
    accessMode: fc.constantFrom('public' as const, 'user-whitelist' as const),
  },
  absent,
)

/** Who could open, at which times, how often. */
const lets = (key: TempKey, user: (typeof USERS)[number], atMs: number): boolean =>
  atMs >= key.validFromMs &&
  atMs < key.validUntilMs &&
  (key.accessMode === 'public' || isWhitelisted(key, { kind: 'user', userId: user }))

let next = 1
test('an update never widens what it does not name, whatever edits came before it', () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 6 }), (edits) => {
      const uuid = keyUuid(next++)
      const made = newKey(1, { uuid, accessMode: 'user-whitelist', allowedUserIds: [valid(USERS[0])], maxUses: 2 })
      createTempKey(site.tx, { key: made, by, atMs: T0 })
      for (const edit of edits) {
        const before = valid(site.tx.findTempKey(uuid))
        const result = updateTempKey(site.tx, { lockId: lockId(1), uuid, changes: edit, by, atMs: T0 })
        const after = valid(site.tx.findTempKey(uuid))
        expect(after.validUntilMs).toBeGreaterThan(after.validFromMs)
        if (result.kind !== 'updated') {
          expect(after).toEqual(before)
          continue
        }
        if (edit.maxUses === undefined) expect(after.maxUses).toBe(before.maxUses)
        if (edit.validFromMs === undefined) expect(after.validFromMs).toBe(before.validFromMs)
        if (edit.validUntilMs === undefined) expect(after.validUntilMs).toBe(before.validUntilMs)
        const namesPeople = edit.accessMode !== undefined || edit.allowedUserIds !== undefined
        const namesTimes = edit.validFromMs !== undefined || edit.validUntilMs !== undefined
        for (const user of USERS) {
          for (let hour = -6; hour <= 6; hour += 1) {
            const atMs = T0 + hour * 3_600_000
            const isNew = lets(after, user, atMs) && !lets(before, user, atMs)
            if (!namesPeople && !namesTimes) expect(isNew).toBe(false)
            // Names of people let nobody in on a key that stays, or becomes, one for everybody.
            if (edit.allowedUserIds?.includes(user) === false && edit.accessMode !== 'public' && !namesTimes) {
              expect(isNew).toBe(false)
            }
          }
        }
        const { usedCount, heldCount, createdBy, description, revokedAtMs } = before
        expect(after).toMatchObject({ usedCount, heldCount, createdBy, description, revokedAtMs })
      }
    }),
    { numRuns: 300 },
  )
})

test('each update that changes something is one event, and one that changes nothing is none', () => {
  const uuid = keyUuid(next++)
  createTempKey(site.tx, { key: newKey(1, { uuid }), by, atMs: T0 })
  const version = () => valid(site.tx.findLock(lockId(1))).version
  const before = version()
  const update = (edit: TempKeyChanges) =>
    updateTempKey(site.tx, { lockId: lockId(1), uuid, changes: edit, by, atMs: T0 })
  expect(update({ maxUses: null, validFromMs: T0 - 3_600_000 }).kind).toBe('unchanged')
  expect(version()).toBe(before)
  expect(update({ maxUses: 4 })).toMatchObject({ kind: 'updated', event: { chained: { changes: { maxUses: 4 } } } })
  expect(version()).toBe(before + 1)
  expect(update({ validUntilMs: T0 - 3_600_000 }).kind).toBe('window-empty')
  expect(update({ allowedUserIds: [valid(USERS[0])] }).kind).toBe('public-with-users')
  expect(version()).toBe(before + 1)
})
