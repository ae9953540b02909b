import { describe, expect, test } from 'vitest'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { createDoors } from '#domain/openings/doors.ts'
import { openByKey } from '#domain/openings/open-by-key.ts'
import { whyNot } from '#domain/openings/why-not.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import { FakeLockLink } from '#test/http/support/fake-lock-link.ts'
import { aKey, aLock, LOCK_ID, NOW_MS } from '#test/http/support/route-samples.ts'
import { memoryLog } from '#test/http/support/route-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { MemoryStore } from '#test/support/memory-store.ts'

const HOUR_MS = 3_600_000

function site({ isShuttingDown = false, releasedAtMs = 0, retiredAtMs = null as number | null } = {}) {
  const clock = new ManualClock(NOW_MS)
  const [store, link] = [new MemoryStore(), new FakeLockLink()]
  const locks = new LockRegistry([{ ...aLock(), retiredAtMs }], clock)
  const limits = { deadlineMs: 8_000, answerWaitMs: 10_000 }
  const given = { store, link, locks, clock, log: memoryLog().log, opening: limits, releasedAtMs }
  return { store, deps: createDoors({ ...given, isShuttingDown: () => isShuttingDown }) }
}

type Case = { what: string; key?: Partial<TempKey>; gateway?: Parameters<typeof site>[0]; passes: number }

describe('why a door stays shut', () => {
  test.each<Case>([
    { what: 'a revoked key', key: { revokedAtMs: NOW_MS - 1 }, passes: 7 },
    { what: 'a key before its window', key: { validFromMs: NOW_MS + HOUR_MS }, passes: 7 },
    { what: 'a key after its window', key: { validUntilMs: NOW_MS }, passes: 7 },
    { what: 'a key without a use left', key: { maxUses: 1, usedCount: 1 }, passes: 7 },
    { what: 'a gateway that ends', gateway: { isShuttingDown: true }, passes: 7 },
    { what: 'a clock before the release', gateway: { releasedAtMs: NOW_MS + 1 }, passes: 7 },
    { what: 'a key that is over and used up', key: { validUntilMs: NOW_MS, maxUses: 1, usedCount: 1 }, passes: 6 },
  ])('is told of $what as a tap is answered, and the other rules stand by themselves', async ({ passes, ...given }) => {
    const { store, deps } = site(given.gateway)
    const key = { ...aKey(), ...given.key }
    store.rows.keys.set(key.uuid, key)
    const why = whyNot(LOCK_ID, key, deps)
    const { outcome } = await openByKey(
      {
        ...{ tempKeyUuid: key.uuid, idempotency: null, arrivedMonotonicMs: deps.clock.monotonicMs() },
        identify: async () => ({ kind: 'token-missing' }),
        takeCommand: async () => null,
        caller: { isThere: () => true },
      },
      deps,
    )
    expect(why?.answer).toBe(outcome.kind)
    expect(why?.rules.filter((rule) => rule.passes)).toHaveLength(passes)
  })

  test('tells when its window changes next: to its beginning, then to its end, then never', () => {
    const { deps } = site()
    const changes = (difference: Partial<TempKey>) => whyNot(LOCK_ID, { ...aKey(), ...difference }, deps)?.changesAtMs
    const [from, until] = [NOW_MS + HOUR_MS, NOW_MS + 2 * HOUR_MS]
    expect(changes({ validFromMs: from, validUntilMs: until })).toBe(from)
    expect(changes({ validFromMs: NOW_MS, validUntilMs: until })).toBe(until)
    expect(changes({ validFromMs: NOW_MS - HOUR_MS, validUntilMs: NOW_MS })).toBeNull()
  })

  test('without a key asks the site and the lock alone', () => {
    const { deps } = site({ retiredAtMs: NOW_MS - 1 })
    const why = whyNot(LOCK_ID, null, deps)
    expect(why?.answer).toBe('lock-retired')
    expect(why?.rules.map(({ outcome }) => outcome)).toEqual([
      ...['shutting-down', 'clock-untrusted', 'lock-retired', 'lock-offline'],
    ])
  })
})
