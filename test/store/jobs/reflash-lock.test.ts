import { expect, test } from 'vitest'
import type { LockReflash } from '#domain/locks/lock-changes.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { lockId, newLock, T0 } from '#test/store/support/store-site.ts'

const owner = { kind: 'owner' } as const
const board = (publicKeyPem: string, former: LockReflash['former'] = null) => ({
  former,
  key: { publicKeyPem, keyMadeBy: 'lock' as const },
  mqttPasswordHash: `hash of ${publicKeyPem}`,
})

test('another key pair counts one generation more, with another password, in one commit and one event', async () => {
  const { store, faults } = await storeSite()
  await store.createLock({ lock: newLock(1, { publicKeyPem: 'FIRST' }), by: owner, atMs: T0 })
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(
    store.reflashLock({ lockId: lockId(1), reflash: board('SECOND'), by: owner, atMs: T0 + 1 }),
  ).rejects.toThrow()
  expect(await store.findLock(lockId(1))).toMatchObject({ publicKeyPem: 'FIRST', keyGeneration: 1 })

  const present = { publicKeyPem: 'SECOND', keyGeneration: 2, mqttPasswordHash: 'hash of SECOND' }
  expect(
    await store.reflashLock({ lockId: lockId(1), reflash: board('SECOND'), by: owner, atMs: T0 + 1 }),
  ).toMatchObject({
    kind: 'reflashed',
    lock: present,
    event: { type: 'LockKeySet', chained: { publicKeyPem: 'SECOND', keyMadeBy: 'lock', keyGeneration: 2 } },
  })
  expect(await store.findLock(lockId(1))).toMatchObject(present)
  expect(await store.eventsOf(lockId(1), { afterVersion: 1, limit: 9 })).toHaveLength(1)
})

test('another password alone leaves the key pair and its generation, and an event without the password says so', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { publicKeyPem: 'FIRST' }), by: owner, atMs: T0 })
  expect(
    await store.reflashLock({
      lockId: lockId(1),
      reflash: { key: null, mqttPasswordHash: 'other', former: null },
      by: owner,
      atMs: T0 + 1,
    }),
  ).toMatchObject({
    lock: { publicKeyPem: 'FIRST', keyGeneration: 1, mqttPasswordHash: 'other' },
    event: { type: 'LockPasswordSet', chained: { updatedBy: 'owner' }, plain: {} },
  })
})

test('a key that a lock has or had is never given out again, not even to that lock', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { publicKeyPem: 'FIRST' }), by: owner, atMs: T0 })
  await store.createLock({ lock: newLock(2, { publicKeyPem: 'OTHER' }), by: owner, atMs: T0 })
  await store.createLock({ lock: newLock(3, { publicKeyPem: null, mqttPasswordHash: null }), by: owner, atMs: T0 })
  await store.reflashLock({ lockId: lockId(1), reflash: board('SECOND'), by: owner, atMs: T0 + 1 })
  await store.reflashLock({ lockId: lockId(1), reflash: board('THIRD'), by: owner, atMs: T0 + 2 })
  const taken = { kind: 'key-taken', byLock: lockId(1) }
  for (const pem of ['FIRST', 'SECOND', 'THIRD']) {
    expect(await store.reflashLock({ lockId: lockId(1), reflash: board(pem), by: owner, atMs: T0 + 3 })).toEqual(taken)
    expect(await store.reflashLock({ lockId: lockId(2), reflash: board(pem), by: owner, atMs: T0 + 3 })).toEqual(taken)
    expect(await store.createLock({ lock: newLock(4, { publicKeyPem: pem }), by: owner, atMs: T0 + 3 })).toEqual(taken)
  }
  expect(await store.findLock(lockId(1))).toMatchObject({ keyGeneration: 3 })
  expect(await store.reflashLock({ lockId: lockId(3), reflash: board('FOURTH'), by: owner, atMs: T0 })).toEqual({
    kind: 'no-key-yet',
  })
  expect(await store.reflashLock({ lockId: lockId(9), reflash: board('FOURTH'), by: owner, atMs: T0 })).toEqual({
    kind: 'lock-not-found',
  })
})

test('of two reflashes at once each former key is the one that its generation had, whatever was asked first', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { publicKeyPem: 'FIRST, as given' }), by: owner, atMs: T0 })
  const former = { stored: 'FIRST, as given', canonical: 'FIRST' }
  await Promise.all(
    ['SECOND', 'THIRD'].map((pem) =>
      store.reflashLock({ lockId: lockId(1), reflash: board(pem, former), by: owner, atMs: T0 + 1 }),
    ),
  )
  const taken = { kind: 'key-taken', byLock: lockId(1) }
  for (const pem of ['FIRST', 'SECOND', 'THIRD']) {
    expect(await store.createLock({ lock: newLock(2, { publicKeyPem: pem }), by: owner, atMs: T0 + 2 })).toEqual(taken)
  }
})
