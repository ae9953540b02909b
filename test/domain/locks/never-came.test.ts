import { expect, test } from 'vitest'
import type { Lock } from '#domain/locks/lock.ts'
import { locksThatNeverCame } from '#domain/locks/never-came.ts'
import { WatchedTestSite } from '#test/domain/support/watched-site.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'

test('a lock that never came is told from one that is away; one without a key or out of service is neither', async () => {
  const site = new WatchedTestSite(6)
  const change = (at: number, difference: Partial<Lock>) => {
    const lock = site.locks[at]
    if (lock !== undefined) site.locks[at] = { ...lock, ...difference }
  }
  // 1 is online, 2 is away, 3 is away since before the start, 4 never came.
  site.set(true, 1, 2)
  site.set(false, 2)
  change(4, { publicKeyPem: null })
  change(5, { retiredAtMs: T0 })
  for (const id of [1, 4, 5, 6]) site.notArrived.set(lockId(id), T0)
  expect([...(await locksThatNeverCame(site.locks, { link: site.link, store: site }))]).toEqual([lockId(4)])
})

test('nobody looks into the store as long as every lock of a page has been heard', async () => {
  const site = new WatchedTestSite(3)
  site.set(true)
  const store = { locksNotArrived: () => Promise.reject(new Error('was asked')) }
  expect((await locksThatNeverCame(site.locks, { link: site.link, store })).size).toBe(0)
})
