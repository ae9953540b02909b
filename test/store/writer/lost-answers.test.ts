import { describe, expect, test } from 'vitest'
import { ApiKeys } from '#domain/access/api-keys.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { addLock, type LockProvisioning, registerLock, updateLock } from '#domain/locks/manage-locks.ts'
import { revokeTempKey, updateTempKey } from '#domain/temp-keys/manage-temp-keys.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { keyUuid, lockId, makeDoor, newLock, T0, userId } from '#test/store/support/store-site.ts'
import { apiKeyId, org } from '#test/support/ids.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'
import { until } from '#test/support/until.ts'

const owner = { kind: 'owner' } as const
const ada = userId('ada')

const provisioning: LockProvisioning = {
  newPassword: () => ({ password: 'p', hash: 'h' }),
  newKeyPair: async () => expect.unreachable(),
  readPublicKey: async (pem) => ({ publicKeyPem: pem }),
  fingerprintOf: () => 'f',
  flashing: (lock) => ({
    ...{ site: 'test', lockId: lock.lockId, keyGeneration: lock.keyGeneration },
    ...{ host: 'h', port: 1, caPem: null, user: 'u', password: 'p', clientId: 'c' },
    topics: { command: 'c', ack: 'a', event: 'e', presence: 'p' },
    ...{ gatewayPublicKey: { pem: 'PEM', jwk: {}, hex: '' }, privateKey: null, keyFingerprint: null },
  }),
}

/** What a gateway holds in memory of its store, over a real one whose disk and writer do what a test says. */
async function memoryOfStore() {
  const site = await storeSite()
  const { store, apiKeys: apiKeyStore, faults } = site
  await makeDoor(store, 1)
  const clock = new ManualClock(T0)
  const locks = new LockRegistry(await store.listLocks(), clock)
  const keyring = new ApiKeys([], { store: apiKeyStore, clock })
  const keyed: Lock[] = []
  const prepared = { limits: { ofOne: 9, inAll: 9 }, refused: () => {} }
  const deps = { store, locks, clock, provisioning, lockChanged: async (lock: Lock) => void keyed.push(lock), prepared }
  /** The change is stored, and its writer dies before it can say so. */
  const losing = async (change: () => Promise<unknown>) => {
    faults.set({ dieAfterCommit: true })
    await expect(change()).rejects.toMatchObject({ name: 'StoreFault', mayBeStored: true })
    faults.set({})
  }
  /** The change is stored long after whoever asked for it has had to be answered. */
  const outlasting = async (change: () => Promise<unknown>) => {
    faults.set({ commitDelayMs: 300 })
    const asked = change()
    const refused = expect(asked).rejects.toMatchObject({ name: 'StoreFault', mayBeStored: true })
    await settled()
    await clock.passMs(10_000)
    await refused
    faults.set({})
  }
  return { ...site, locks, keyring, keyed, deps, losing, outlasting }
}

const newcomer = {
  ...{ lockId: lockId(2), uuid: newLock(2).uuid, name: 'Two', area: null, pulseS: 5 },
  ...{ organization: null, owner: ada, publicKeyPem: 'PEM 2', takeOver: false },
}

describe.each(['losing', 'outlasting'] as const)('a change of which nobody knows whether it is stored (%s)', (how) => {
  test('gives the lock its new owner in memory, though whoever asked was told that it may not be so', async () => {
    const { locks, deps, [how]: change } = await memoryOfStore()
    await change(() => updateLock(lockId(1), { owner: ada }, owner, deps, { as: 'OwnerSet' }))
    await until('known', () => locks.get(lockId(1))?.owner === ada)
  })

  test('makes a lock known with its key, so that it can come online', async () => {
    const { locks, keyed, deps, [how]: change } = await memoryOfStore()
    await change(() => addLock(newcomer, owner, deps))
    await until('known', () => locks.get(lockId(2))?.publicKeyPem === 'PEM 2')
    await until('told to the link', () => keyed.length === 1)
    expect(keyed).toMatchObject([{ lockId: 2, publicKeyPem: 'PEM 2' }])
  })

  test('revokes an API key at once', async () => {
    const { keyring, [how]: change } = await memoryOfStore()
    const asked = { organization: org('acme'), name: 'test', scopes: ['keys:read'], expiresAtMs: null } as const
    const { key, apiKey } = await keyring.create(asked)
    await change(() => keyring.revoke(key.id))
    await until('worthless', () => keyring.verify(apiKey) === null)
    expect(await keyring.revoke(key.id)).toMatchObject({ kind: 'already-revoked' })
  })

  test('lists an API key that was made, so that it can be revoked', async () => {
    const { keyring, [how]: change } = await memoryOfStore()
    await change(() => keyring.create({ organization: org('acme'), name: 'lost', scopes: [], expiresAtMs: null }))
    await until('listed', () => keyring.list().some(({ name }) => name === 'lost'))
  })

  test('lets a revoked temp key open nothing', async () => {
    const { store, deps, [how]: change } = await memoryOfStore()
    await store.findTempKey(keyUuid(1))
    await change(() => revokeTempKey(keyUuid(1), owner, deps))
    await until('revoked', async () => (await store.findTempKey(keyUuid(1)))?.revokedAtMs === T0)
  })
})

describe('a repeated change repairs memory', () => {
  /** Memory as it is after an answer was lost in a way that nothing could follow. */
  const stale = async () => {
    const made = await memoryOfStore()
    const { store, locks } = made
    const before = locks.get(lockId(1))
    await store.updateLock({ lockId: lockId(1), changes: { owner: ada }, by: owner, atMs: T0 })
    await store.createLock({ lock: { ...newLock(2), publicKeyPem: 'PEM 2' }, by: owner, atMs: T0 })
    expect(locks.get(lockId(1))).toBe(before)
    expect(locks.get(lockId(2))).toBeNull()
    return made
  }

  test('of a lock that is as it was asked to be: unchanged, and memory has its owner', async () => {
    const { locks, deps } = await stale()
    expect((await updateLock(lockId(1), { owner: ada }, owner, deps, { as: 'OwnerSet' })).kind).toBe('unchanged')
    expect(locks.get(lockId(1))?.owner).toBe(ada)
  })

  test('of a lock that exists: memory and link have it', async () => {
    const { locks, keyed, deps } = await stale()
    expect((await addLock(newcomer, owner, deps)).kind).toBe('lock-exists')
    expect(locks.get(lockId(2))).toMatchObject({ publicKeyPem: 'PEM 2' })
    expect(keyed.map(({ lockId: known }) => known)).toEqual([2])
    await addLock(newcomer, owner, deps)
    expect(keyed).toHaveLength(1)
  })

  test('of a lock that a client names again: memory has it', async () => {
    const { locks, deps } = await stale()
    const vendor = { index: null, serialNumber: null, vendorName: null }
    const again = { lockId: lockId(2), uuid: newLock(2).uuid, organization: null, owner: null, vendor }
    expect((await registerLock(again, owner, deps)).kind).toBe('lock-exists')
    expect(locks.get(lockId(2))).not.toBeNull()
  })

  test('of an API key that is revoked in the store only, or stands in the store only', async () => {
    const { apiKeys, keyring: memory, deps } = await memoryOfStore()
    const asked = { organization: org('acme'), name: 'test', scopes: ['keys:read'], expiresAtMs: null } as const
    const { key, apiKey } = await memory.create(asked)
    const other = new ApiKeys([], { store: apiKeys, clock: deps.clock })
    expect((await other.revoke(key.id)).kind).toBe('revoked')
    expect(memory.verify(apiKey)).not.toBeNull()
    await deps.clock.passMs(1)
    expect((await memory.revoke(key.id)).kind).toBe('already-revoked')
    expect(memory.verify(apiKey)).toBeNull()
    expect((await memory.revoke(apiKeyId('0000000000000000'))).kind).toBe('not-found')
  })

  test('of a temp key that has the asked values: what a tap is judged by is what is stored', async () => {
    const { store, deps } = await memoryOfStore()
    await updateTempKey({ lockId: lockId(1), uuid: keyUuid(1) }, { maxUses: 3 }, owner, deps)
    expect((await updateTempKey({ lockId: lockId(1), uuid: keyUuid(1) }, { maxUses: 3 }, owner, deps)).kind).toBe(
      'unchanged',
    )
    expect(await store.findTempKey(keyUuid(1))).toMatchObject({ maxUses: 3 })
  })
})

test('a change that failed for sure is a plain fault, and memory stays as the store is', async () => {
  const { locks, deps, faults } = await memoryOfStore()
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(updateLock(lockId(1), { owner: ada }, owner, deps)).rejects.toMatchObject({ mayBeStored: false })
  expect(locks.get(lockId(1))?.owner).toBeNull()
  await expect(updateLock(lockId(1), { owner: ada }, owner, deps)).resolves.toMatchObject({ kind: 'updated' })
})
