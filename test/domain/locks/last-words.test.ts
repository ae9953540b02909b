import { expect, test } from 'vitest'
import { LastWords } from '#domain/locks/last-words.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { LockId } from '#protocol/ids.ts'
import { aLock } from '#test/http/support/route-samples.ts'
import { lockId } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const [inUse, owes, done] = [
  aLock({ lockId: lockId(1) }),
  aLock({ lockId: lockId(2), retiredAtMs: 5 }),
  aLock({ lockId: lockId(3), retiredAtMs: 5 }),
]

/** Of these three locks, those that owe a word, and what the gateway does about them. */
async function lastWordsOf(...owingAtFirst: readonly LockId[]) {
  const owing = new Set(owingAtFirst)
  const cutOff: LockId[] = []
  const lastWords = new LastWords({
    store: { owesWords: async (id) => owing.has(id) },
    locks: new LockRegistry([inUse, owes, done], new ManualClock(0)),
    disconnect: (id) => void cutOff.push(id),
  })
  await lastWords.begin()
  return { owing, cutOff, lastWords, allowed: () => [inUse, owes, done].map((lock) => lastWords.mayConnect(lock)) }
}

test('a retired lock is let in as long as only it knows the end of an opening, and is let go once', async () => {
  const { owing, cutOff, lastWords, allowed } = await lastWordsOf(owes.lockId)
  expect(allowed()).toEqual([true, true, false])
  await lastWords.letGo()
  expect(cutOff).toEqual([])
  owing.clear()
  await lastWords.letGo()
  expect(cutOff).toEqual([owes.lockId])
  expect(allowed()).toEqual([true, false, false])
  await lastWords.letGo()
  expect(cutOff).toHaveLength(1)
})

test('a lock that is retired is cut off at once when it has nothing to tell, and stays while it has', async () => {
  const { owing, cutOff, lastWords, allowed } = await lastWordsOf()
  owing.add(owes.lockId)
  await lastWords.lockChanged(owes)
  await lastWords.lockChanged(done)
  expect(cutOff).toEqual([done.lockId])
  expect(allowed()).toEqual([true, true, false])
})

test('a lock in use whose key or password is another one is cut off, though it owes a word: it comes back with the new one', async () => {
  const { cutOff, lastWords, allowed } = await lastWordsOf(inUse.lockId)
  await lastWords.lockChanged(inUse)
  expect(cutOff).toEqual([inUse.lockId])
  expect(allowed()[0]).toBe(true)
})
