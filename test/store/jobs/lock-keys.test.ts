import { expect, test } from 'vitest'
import type { Principal } from '#domain/access/principal.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { keyUuid, lockId, newKey, newLock, newReserve, T0 } from '#test/store/support/store-site.ts'
import { apiKeyId, org, user } from '#test/support/ids.ts'

const owner = { kind: 'owner' } as const
const mallory: Principal = { kind: 'service', organization: org('mallory'), apiKeyId: apiKeyId('00ff00ff00ff00ff') }
const unkeyed = { publicKeyPem: null, mqttPasswordHash: null }
const key = { publicKeyPem: 'PEM', keyMadeBy: 'lock', mqttPasswordHash: 'hash', name: 'Front' } as const
const keep = { takeOver: false }
const takeOver = { takeOver: true }

test('a lock that a program prepared gets no key unless it is taken over, and nothing of it changes', async () => {
  const { store } = await storeSite()
  await store.createLock({
    lock: newLock(1, { ...unkeyed, organization: org('mallory'), owner: user('eve') }),
    by: mallory,
    atMs: T0,
  })
  await store.createTempKey({ key: newKey(1), by: mallory, atMs: T0 + 1 })
  const before = await store.findLock(lockId(1))
  expect(await store.giveLockKey({ lockId: lockId(1), key, by: owner, atMs: T0 + 2, ...keep })).toEqual({
    kind: 'prepared',
    prepared: { lock: before, createdBy: 'organization:mallory/api-key:00ff00ff00ff00ff', keyCount: 1 },
  })
  expect(await store.findLock(lockId(1))).toEqual(before)
})

test.each([[null], [org('acme')]])(
  'taken over for organization %j it is nobody’s of before, in one commit, and its event tells both sides',
  async (organization) => {
    const { store, faults } = await storeSite()
    await store.createLock({
      lock: newLock(1, { ...unkeyed, organization: org('mallory'), owner: user('eve') }),
      by: mallory,
      atMs: T0,
    })
    for (const n of [1, 2]) await store.createTempKey({ key: newKey(n), by: mallory, atMs: T0 + 1 })
    const whole = { ...key, organization, owner: null }
    faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
    await expect(
      store.giveLockKey({ lockId: lockId(1), key: whole, by: owner, atMs: T0 + 2, ...takeOver }),
    ).rejects.toThrow()
    expect(await store.findLock(lockId(1))).toMatchObject({ organization: org('mallory'), publicKeyPem: null })
    expect(await store.findTempKey(keyUuid(1))).toMatchObject({ revokedAtMs: null })

    expect(
      await store.giveLockKey({ lockId: lockId(1), key: whole, by: owner, atMs: T0 + 2, ...takeOver }),
    ).toMatchObject({
      kind: 'given',
      lock: { organization, owner: null, publicKeyPem: 'PEM', name: 'Front' },
      keys: { stillGood: 0, revoked: 2 },
    })
    for (const n of [1, 2]) {
      expect(await store.reserve(newReserve(lockId(1), keyUuid(n)))).toEqual({ kind: 'key-revoked' })
    }
    const events = await store.eventsOf(lockId(1), { afterVersion: 3, limit: 9 })
    expect(events.map(({ type }) => type)).toEqual(['TempKeysRevoked', 'LockUpdated', 'LockKeySet'])
    expect(events[2]?.chained).toMatchObject({
      takenOverFrom: 'organization:mallory/api-key:00ff00ff00ff00ff',
      formerHolder: { organization: org('mallory'), owner: user('eve') },
      newHolder: { organization, owner: null },
      keysRevoked: 2,
    })
  },
)

test('a lock that the owner prepared is completed as it is, and its keys stay', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { ...unkeyed, organization: org('acme') }), by: owner, atMs: T0 })
  await store.createTempKey({ key: newKey(1), by: { kind: 'service', organization: org('acme') }, atMs: T0 })
  expect(await store.giveLockKey({ lockId: lockId(1), key, by: owner, atMs: T0, ...keep })).toMatchObject({
    kind: 'given',
    lock: { organization: org('acme') },
    keys: { stillGood: 1, revoked: 0 },
  })
  const [, , , set] = await store.eventsOf(lockId(1), { afterVersion: 0, limit: 9 })
  expect(set?.type).toBe('LockKeySet')
  for (const ofTakeOver of ['takenOverFrom', 'formerHolder', 'keysRevoked']) {
    expect(set?.chained).not.toHaveProperty(ofTakeOver)
  }
})

test('a public key that another lock has is given to no second one, new or prepared', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { publicKeyPem: 'PEM' }), by: owner, atMs: T0 })
  const taken = { kind: 'key-taken', byLock: lockId(1) }
  expect(await store.createLock({ lock: newLock(2, { publicKeyPem: 'PEM' }), by: owner, atMs: T0 })).toEqual(taken)
  await store.createLock({ lock: newLock(3, unkeyed), by: owner, atMs: T0 })
  await store.createLock({ lock: newLock(4, unkeyed), by: owner, atMs: T0 })
  expect(await store.giveLockKey({ lockId: lockId(3), key, by: owner, atMs: T0, ...keep })).toEqual(taken)
  const both = [5, 6].map((n) => store.createLock({ lock: newLock(n, { publicKeyPem: 'OTHER' }), by: owner, atMs: T0 }))
  expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(['created', 'key-taken'])
})
