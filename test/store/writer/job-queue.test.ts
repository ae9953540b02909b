import { describe, expect, test } from 'vitest'
import type { Settled } from '#domain/openings/judge-settle.ts'
import { newOpeningId } from '#protocol/ids.ts'
import type { JobName } from '#store/jobs/jobs.ts'
import { JobQueue } from '#store/writer/job-queue.ts'
import type { PostedJob } from '#store/writer/writer-messages.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { keyUuid, lockId, makeDoor, newAck, newCommand, newReserve, T0 } from '#test/store/support/store-site.ts'

let lastId = 0
/** What a job holds is nothing to a queue. */
const jobOf = (name: JobName): PostedJob => {
  lastId += 1
  return { id: lastId, name, input: null }
}

describe('what waits for the writer', () => {
  test('goes openings first, in the order in which they were asked, and what locks say unasked last', () => {
    const queue = new JobQueue()
    const word = jobOf('settle')
    const update = jobOf('updateTempKey')
    const [reserve, withdraw, next] = [jobOf('reserve'), jobOf('withdraw'), jobOf('reserve')]
    queue.addEvidence(lockId(1), word)
    for (const job of [update, reserve, withdraw, next]) queue.add(job)
    expect(queue.take()).toEqual([reserve, withdraw, next, update, word])
    expect(queue.size).toBe(0)
  })

  test('goes lock by lock: a lock that says much has no more of a crossing than one that says little', () => {
    const queue = new JobQueue()
    const much = Array.from({ length: 8 }, () => jobOf('settle'))
    const little = Array.from({ length: 30 }, () => jobOf('settle'))
    for (const job of much) queue.addEvidence(lockId(1), job)
    for (const [n, job] of little.entries()) queue.addEvidence(lockId(n + 2), job)
    const crossing = queue.take()
    expect(crossing).toHaveLength(32)
    expect(crossing.filter((job) => little.includes(job))).toHaveLength(30)
    expect(queue.take()).toEqual(much.slice(2))
  })

  test('is never only openings: each crossing has room for the others, so that none waits for ever', () => {
    const queue = new JobQueue()
    const [update, word] = [jobOf('updateTempKey'), jobOf('settle')]
    queue.add(update)
    queue.addEvidence(lockId(1), word)
    for (let n = 0; n < 1_000; n += 1) queue.add(jobOf('reserve'))
    const crossing = queue.take()
    expect(crossing).toHaveLength(258)
    expect(crossing.slice(-2)).toEqual([update, word])
  })

  test('has a share for one lock, and one for all locks, that leaves the room of openings alone', () => {
    const queue = new JobQueue()
    const taken = (n: number) => queue.addEvidence(lockId(n), jobOf('settle'))
    expect(Array.from({ length: 95 }, () => taken(1)).filter(Boolean)).toHaveLength(8)
    for (let n = 2; n <= 1_000; n += 1) for (let again = 0; again < 8; again += 1) taken(n)
    expect(taken(1_001)).toBe(false)
    expect(queue.size).toBe(2_000)
    expect(queue.isFull).toBe(false)
  })

  test('gives a lock its places back when they are done, not when they cross', () => {
    const queue = new JobQueue()
    const add = () => queue.addEvidence(lockId(1), jobOf('settle'))
    for (let n = 0; n < 8; n += 1) add()
    expect(queue.take()).toHaveLength(8)
    expect(add()).toBe(false)
    for (let n = 0; n < 8; n += 1) queue.endEvidence(lockId(1))
    expect(add()).toBe(true)
  })
})

test('a lock that signs thousands of new words while the disk is slow keeps no other lock’s opening waiting', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  await makeDoor(store, 2)
  faults.set({ commitDelayMs: 20 })
  const orphan = () => newAck(newCommand(newOpeningId(), lockId(1), null), 'opened')
  const flood: Promise<Settled | null>[] = []
  const latencies: number[] = []
  for (let round = 0; round < 10; round += 1) {
    for (let n = 0; n < 1_000; n += 1) flood.push(store.settleLate({ ack: orphan(), atMs: T0 }))
    const sinceMs = performance.now()
    await store.reserve(newReserve(lockId(2), keyUuid(2)))
    latencies.push(performance.now() - sinceMs)
  }
  const settled = await Promise.all(flood)
  // At most the eight of one crossing in each of the commits that a round waits for.
  expect(settled.filter((word) => word !== null).length).toBeLessThanOrEqual(2 * 8 * 10)
  // The commit that is under way, and its own.
  expect(Math.max(...latencies)).toBeLessThan(1_000)
})

test('what a lock says is refused when its share is used up, and taken again once the disk has the others', async () => {
  const { store, faults } = await storeSite()
  await makeDoor(store, 1)
  faults.set({ commitDelayMs: 20 })
  const say = () => store.settleLate({ ack: newAck(newCommand(newOpeningId(), lockId(1), null), 'opened'), atMs: T0 })
  const words = await Promise.all(Array.from({ length: 9 }, say))
  expect(words.map((word) => word?.kind ?? null)).toEqual([...Array(8).fill('orphan'), null])
  expect(await say()).toMatchObject({ kind: 'orphan' })
  // Those that failed have given their places back, too.
  faults.set({ crashWriter: true })
  expect(await Promise.allSettled(Array.from({ length: 8 }, say))).toMatchObject(
    Array(8).fill({ status: 'rejected', reason: { mayBeStored: true } }),
  )
  faults.set({})
  expect(await say()).toMatchObject({ kind: 'orphan' })
})
