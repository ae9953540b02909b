import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lockRefusal } from '#domain/access/caller.ts'
import type { Principal } from '#domain/access/principal.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { newLock, T0, userId } from '#test/store/support/store-site.ts'
import { org, user } from '#test/support/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const stored = (id: number, holder: Pick<Lock, 'organization' | 'owner'>) => ({
  ...newLock(id, holder),
  ...{
    directions: null,
    offlineAfterMin: null,
    keyGeneration: 1,
    version: 1,
    createdAtMs: T0,
    lastCommand: null,
    retiredAtMs: null,
  },
})

test('shows each caller the locks that are his, in order, whoever held them before', () => {
  const holder = fc.record({
    organization: fc.constantFrom(null, org('acme'), org('other')),
    owner: fc.constantFrom(null, user('ada'), user('bob')),
  })
  const callers: Principal[] = [
    ...['acme', 'other', 'nobody'].map((name) => ({ kind: 'service', organization: org(name) }) as const),
    ...['ada', 'bob', 'cy'].map((name) => ({ kind: 'user', userId: userId(name) }) as const),
    { kind: 'guest' },
    { kind: 'owner' },
  ]
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), holder)), (puts) => {
      const locks = new LockRegistry([], new ManualClock(T0))
      for (const [id, held] of puts) {
        locks.put(stored(id, held))
        for (const caller of callers) {
          const his = locks.list().filter((lock) => lockRefusal(caller, lock) === null)
          expect(locks.listFor(caller)).toEqual(his)
          const seen = locks.seenBy(caller)
          expect(new Set(seen ?? his.map((lock) => lock.lockId))).toEqual(new Set(his.map((lock) => lock.lockId)))
        }
      }
    }),
  )
})
