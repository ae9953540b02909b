import { expect, test } from 'vitest'
import { VerificationTurns } from '#lock-link/inbox/verification-turns.ts'
import { type LockId, lockIdFromNumber } from '#protocol/ids.ts'
import { settled } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const lock = (id: number) => must(lockIdFromNumber(id))

/** Work that ends when the test says so, in the order in which it began. */
function crowd(urgent: readonly LockId[] = []) {
  const turns = new VerificationTurns((lockId) => urgent.includes(lockId))
  const begun: number[] = []
  const ends: (() => void)[] = []
  const add = (id: number): Promise<boolean | null> =>
    turns.take(lock(id), () => {
      begun.push(id)
      return new Promise((resolve) => ends.push(() => resolve(true)))
    })
  const endAll = async () => {
    while (ends.length > 0) {
      ends.shift()?.()
      await settled()
    }
  }
  return { add, begun, endAll }
}

test('a lock with a long queue waits for itself: others have their turn between', async () => {
  const { add, begun, endAll } = crowd()
  const all = [...Array.from({ length: 60 }, () => add(1)), add(2), add(3)]
  expect(begun).toEqual(Array(16).fill(1))
  await endAll()
  expect(begun.slice(16, 20)).toEqual([1, 2, 3, 1])
  expect(await Promise.all(all)).not.toContain(null)
})

test('an ack that a guest waits for comes before all others', async () => {
  const { add, begun, endAll } = crowd([lock(9)])
  const all = [1, 2, 3, 4].flatMap((id) => Array.from({ length: 20 }, () => add(id)))
  all.push(add(9))
  await endAll()
  expect(begun[16]).toBe(9)
  expect(await Promise.all(all)).not.toContain(null)
})

test('a lock’s queue is bounded: what is beyond it gets no turn, and another lock’s does', async () => {
  const { add, endAll } = crowd()
  const all = Array.from({ length: 100 }, () => add(1))
  const other = add(2)
  await endAll()
  expect((await Promise.all(all)).filter((turn) => turn === null)).toHaveLength(100 - 16 - 64)
  expect(await other).toBe(true)
})
