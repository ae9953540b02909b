import { expect, test } from 'vitest'
import { LastWords } from '#domain/locks/last-words.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { LockId } from '#protocol/ids.ts'
import { aLock } from '#test/http/support/route-site.ts'
import { lockId } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

test('a retired lock is let in as long as only it knows the end of an opening, and is let go once', async () => {
  const owing = new Set<LockId>([lockId(2)])
  const [inUse, owes, done] = [
    aLock({ lockId: lockId(1) }),
    aLock({ lockId: lockId(2), retiredAtMs: 5 }),
    aLock({ lockId: lockId(3), retiredAtMs: 5 }),
  ]
  const locks = new LockRegistry([inUse, owes, done], new ManualClock(0))
  const lastWords = new LastWords({ store: { owesWords: async (id) => owing.has(id) }, locks })
  await lastWords.begin()
  const allowed = () => [inUse, owes, done].map((lock) => lastWords.mayConnect(lock))
  expect(allowed()).toEqual([true, true, false])
  expect(await lastWords.look()).toEqual([])
  owing.clear()
  expect(await lastWords.look()).toEqual([lockId(2)])
  expect(allowed()).toEqual([true, false, false])
  expect(await lastWords.look()).toEqual([])
})
