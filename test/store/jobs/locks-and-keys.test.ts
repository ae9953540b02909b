import { expect, test } from 'vitest'
import { storeSite } from '#test/store/support/opened-site.ts'
import { keyUuid, lockId, makeDoor, newKey, newLock, reserved, T0, userId } from '#test/store/support/store-site.ts'
import { org, user } from '#test/support/ids.ts'

const owner = { kind: 'owner' } as const

test('keeps a lock as it was described, and refuses its number or UUID to another', async () => {
  const { store } = await storeSite()
  const described = newLock(1, { area: 'North', owner: user('ada'), organization: org('acme'), keyMadeBy: 'gateway' })
  const created = await store.createLock({ lock: described, by: owner, atMs: T0 })
  expect(created).toMatchObject({
    kind: 'created',
    lock: { ...described, version: 1, keyGeneration: 1, lastCommand: null },
  })
  expect(await store.listLocks()).toEqual(created.kind === 'created' ? [created.lock] : [])
  expect(await store.createLock({ lock: described, by: owner, atMs: T0 })).toEqual({ kind: 'lock-exists' })
  expect(await store.createLock({ lock: { ...newLock(2), uuid: described.uuid }, by: owner, atMs: T0 })).toEqual({
    kind: 'lock-exists',
  })
})

test('adds all locks of a list or none, and says which are in the way', async () => {
  const { store } = await storeSite()
  const there = newLock(2)
  await store.createLock({ lock: there, by: owner, atMs: T0 })
  const sameKey = { ...newLock(4), publicKeyPem: there.publicKeyPem }
  const refused = await store.createLocks({ locks: [newLock(1), newLock(2), newLock(3), sameKey], by: owner, atMs: T0 })
  expect(refused).toMatchObject({
    kind: 'refused',
    refused: [{ at: 1 }, { at: 3, keyHolder: there.lockId }],
  })
  expect((await store.listLocks()).map(({ lockId: id }) => Number(id))).toEqual([2])
  const created = await store.createLocks({ locks: [newLock(1), newLock(3)], by: owner, atMs: T0 })
  expect(created.kind).toBe('created')
  expect((await store.listLocks()).map(({ lockId: id }) => Number(id))).toEqual([1, 2, 3])
})

test('changes only the fields of a lock that were given, and nothing when they are as they were', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { area: 'North', owner: user('ada') }), by: owner, atMs: T0 })
  expect(
    await store.updateLock({ lockId: lockId(1), changes: { name: 'Front', owner: null }, by: owner, atMs: T0 }),
  ).toMatchObject({
    kind: 'updated',
    lock: { name: 'Front', owner: null, area: 'North', version: 2 },
    event: { type: 'LockUpdated', chained: { changes: { name: 'Front', owner: null }, updatedBy: 'owner' } },
  })
  expect(await store.updateLock({ lockId: lockId(1), changes: { name: 'Front' }, by: owner, atMs: T0 })).toMatchObject({
    kind: 'unchanged',
  })
  expect(await store.updateLock({ lockId: lockId(9), changes: { name: 'x' }, by: owner, atMs: T0 })).toEqual({
    kind: 'lock-not-found',
  })
})

test('answers a repeated creation of a key with the key, and refuses its UUID to another body', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1, { organization: org('acme') }), by: owner, atMs: T0 })
  const key = newKey(1, { accessMode: 'user-whitelist', allowedUserIds: [userId('b'), userId('a')], description: 'x' })
  expect(await store.createTempKey({ key: { ...key, lockId: lockId(9) }, by: owner, atMs: T0 })).toEqual({
    kind: 'lock-not-found',
  })
  const created = await store.createTempKey({ key, by: { kind: 'service', organization: org('acme') }, atMs: T0 })
  expect(created).toMatchObject({
    kind: 'created',
    key: { ...key, usedCount: 0, heldCount: 0, createdBy: 'organization:acme', createdAtMs: T0, revokedAtMs: null },
  })
  const swapped = { ...key, allowedUserIds: [userId('a'), userId('b')] }
  expect(await store.createTempKey({ key: swapped, by: owner, atMs: T0 })).toMatchObject({ kind: 'exists', version: 2 })
  for (const other of [{ maxUses: 5 }, { description: null }, { allowedUserIds: [userId('a')] }]) {
    expect(await store.createTempKey({ key: { ...key, ...other }, by: owner, atMs: T0 })).toEqual({
      kind: 'uuid-taken',
    })
  }
})

test('revokes a key once, keeps it, and leaves it out of lists', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  expect(await store.revokeTempKey({ uuid: keyUuid(1), by: owner, atMs: T0 + 1 })).toMatchObject({
    kind: 'revoked',
    key: { revokedAtMs: T0 + 1 },
    event: { type: 'TempKeyDeleted' },
  })
  expect(await store.revokeTempKey({ uuid: keyUuid(1), by: owner, atMs: T0 + 2 })).toMatchObject({
    kind: 'already-revoked',
    key: { revokedAtMs: T0 + 1 },
    version: 3,
  })
  expect(await store.revokeTempKey({ uuid: keyUuid(9), by: owner, atMs: T0 })).toEqual({ kind: 'key-not-found' })
  const page = { limit: 9, cursor: null }
  for (const door of [lockId(1), null]) {
    expect((await store.listTempKeys(door, { ...page, includeRevoked: false })).keys).toEqual([])
    expect((await store.listTempKeys(door, { ...page, includeRevoked: true })).keys).toHaveLength(1)
  }
})

test('lists every key exactly once over its pages, in order of creation, with cursors that are no secret', async () => {
  const { store } = await storeSite()
  await store.createLock({ lock: newLock(1), by: owner, atMs: T0 })
  await store.createLock({ lock: newLock(2), by: owner, atMs: T0 })
  const made = Array.from({ length: 25 }, (_, n) => newKey(n, { lockId: lockId(n % 5 === 0 ? 2 : 1) }))
  for (const key of made) await store.createTempKey({ key, by: owner, atMs: T0 })
  await store.revokeTempKey({ uuid: keyUuid(7), by: owner, atMs: T0 })
  for (const door of [null, lockId(1)]) {
    const listed: string[] = []
    let cursor: string | null = null
    do {
      const page = await store.listTempKeys(door, { limit: 4, cursor, includeRevoked: false })
      listed.push(...page.keys.map(({ uuid }) => uuid))
      cursor = page.nextCursor
      expect(cursor ?? '0').toMatch(/^\d+$/)
    } while (cursor !== null)
    const expected = made.filter((key) => key.uuid !== keyUuid(7) && (door === null || key.lockId === door))
    expect(listed).toEqual(expected.map(({ uuid }) => uuid))
  }
})

test('lists the newest keys of a door where nobody knows of pages', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  for (let n = 2; n <= 9; n += 1)
    await store.createTempKey({ key: newKey(n, { lockId: lockId(1) }), by: owner, atMs: T0 })
  await store.revokeTempKey({ uuid: keyUuid(8), by: owner, atMs: T0 })
  const newest = async (limit: number, includeRevoked = false) => {
    const page = await store.listTempKeys(lockId(1), { limit, cursor: null, includeRevoked, newest: true })
    expect(page.nextCursor).toBeNull()
    return page.keys.map(({ uuid }) => uuid)
  }
  expect(await newest(3)).toEqual([keyUuid(6), keyUuid(7), keyUuid(9)])
  expect(await newest(3, true)).toEqual([keyUuid(7), keyUuid(8), keyUuid(9)])
  expect(await newest(100)).toHaveLength(8)
})

test('remembers the largest time of any change, also over a restart', async () => {
  const site = await storeSite()
  expect(site.store.lastStoredMs()).toBe(0)
  await makeDoor(site.store, 1)
  expect(site.store.lastStoredMs()).toBe(T0)
  await reserved(site.store, 1, { atMs: T0 + 5 })
  const restarted = await site.restart(T0 - 1)
  expect(restarted.store.lastStoredMs()).toBe(T0 + 5)
  await restarted.store.keepTime({ atMs: T0 + 99 })
  await restarted.store.keepTime({ atMs: T0 })
  expect(restarted.store.lastStoredMs()).toBe(T0 + 99)
  expect((await site.restart()).store.lastStoredMs()).toBe(T0 + 99)
})

test('keeps an alarm standing until it is cleared, begins it anew afterwards, and tells which of the two it was', async () => {
  const { alarms, sightings } = await storeSite()
  const { kind, advice } = { kind: 'token-keys-unusable', advice: 'Put a whole file there.' } as const
  const sighting = { kind, lockId: null, about: null, times: 1, advice }
  await alarms.raiseAlarm({ sighting, atMs: T0 })
  await alarms.raiseAlarm({ sighting: { ...sighting, times: 3 }, atMs: T0 + 5 })
  const alarm = { kind, lockId: null, severity: 'warning', about: null, advice }
  expect(await alarms.standingAlarms(9)).toMatchObject([{ ...alarm, sinceMs: T0, lastSeenMs: T0 + 5, count: 4 }])
  expect(await alarms.clearAlarm({ kind, lockId: null, atMs: T0 + 6 })).toBe(true)
  expect(await alarms.clearAlarm({ kind, lockId: null, atMs: T0 + 7 })).toBe(false)
  expect(await alarms.standingAlarms(9)).toEqual([])
  await alarms.raiseAlarm({ sighting, atMs: T0 + 8 })
  expect(await alarms.standingAlarms(9)).toMatchObject([{ sinceMs: T0 + 8, count: 1 }])
  expect(sightings.map(({ times, isNew }) => [times, isNew])).toEqual([
    [1, true],
    [3, false],
    [1, true],
  ])
})

test('knows which locks got a key and have never been online, through a restart', async () => {
  const { store, restart } = await storeSite()
  const by = { kind: 'owner' } as const
  for (const n of [1, 2, 3]) await store.createLock({ lock: newLock(n), by, atMs: T0 + n })
  await store.createLock({ lock: newLock(4, { publicKeyPem: null, mqttPasswordHash: null }), by, atMs: T0 })
  expect(await store.locksNotArrived(T0 + 2, 9)).toEqual([1, 2])
  await store.noteArrivals({ lockIds: [lockId(1)], atMs: T0 + 9 })
  await store.retireLock({ lockId: lockId(3), by, atMs: T0 + 9 })
  const { store: again } = await restart()
  expect(await again.locksNotArrived(Number.MAX_SAFE_INTEGER, 9)).toEqual([2])
})
