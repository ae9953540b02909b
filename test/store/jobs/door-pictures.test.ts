import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Picture } from '#domain/pictures/picture.ts'
import { migrate, readMigrations } from '#store/file/migrate.ts'
import { newDatabase } from '#test/store/file/new-database.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { lockId, newLock, T0 } from '#test/store/support/store-site.ts'

const owner = { kind: 'owner' } as const
const picture = (content: string): Picture => ({ webp: Buffer.from(content), widthPx: 4, heightPx: 3 })
const one = lockId(1)

async function siteWithLock() {
  const site = await storeSite()
  await site.store.createLock({ lock: newLock(1), by: owner, atMs: T0 })
  const set = (shown: Picture | null) => site.store.setDoorPicture({ lockId: one, picture: shown, by: owner, atMs: T0 })
  return { ...site, set }
}

test('a door’s picture is stored with an event that names it by its hash, replaced, and taken away', async () => {
  const { store, set } = await siteWithLock()
  expect(await store.findDoorPicture(one)).toBeNull()
  const first = await set(picture('first'))
  expect(first).toMatchObject({
    kind: 'updated',
    lock: { lockId: 1, version: 2 },
    event: {
      type: 'LockUpdated',
      chained: { changes: { picture: 'p5N7ZLjKpY8Dchu2us9ceMsjX-vg5wsbhM2ZVBRhoI4' }, updatedBy: 'owner' },
    },
  })
  expect(await store.findDoorPicture(one)).toEqual(picture('first'))
  await set(picture('second'))
  expect(await store.findDoorPicture(one)).toEqual(picture('second'))
  expect(await set(null)).toMatchObject({ event: { chained: { changes: { picture: null } } } })
  expect(await store.findDoorPicture(one)).toBeNull()
  expect(await store.eventsOf(one, { afterVersion: 1, limit: 9 })).toHaveLength(3)
})

test('the same picture once more is no change, nor is taking away what is not there', async () => {
  const { store, set } = await siteWithLock()
  expect((await set(null)).kind).toBe('unchanged')
  await set(picture('x'))
  expect((await set(picture('x'))).kind).toBe('unchanged')
  expect(await store.eventsOf(one, { afterVersion: 0, limit: 9 })).toHaveLength(2)
  expect(await store.setDoorPicture({ lockId: lockId(2), picture: null, by: owner, atMs: T0 })).toEqual({
    kind: 'lock-not-found',
  })
})

test('a picture whose commit fails is not there, and its event neither', async () => {
  const { store, set, faults } = await siteWithLock()
  faults.set({ failCommits: { times: 1, code: 'SQLITE_FULL' } })
  await expect(set(picture('lost'))).rejects.toThrow()
  expect(await store.findDoorPicture(one)).toBeNull()
  expect(await store.eventsOf(one, { afterVersion: 1, limit: 9 })).toEqual([])
})

test('the list of locks, which memory holds, has directions and no byte of a picture', async () => {
  const { store, set } = await siteWithLock()
  await set(picture('MARK'))
  await store.updateLock({ lockId: one, changes: { directions: 'Second yard\nthen left' }, by: owner, atMs: T0 })
  const locks = await store.listLocks()
  expect(locks).toMatchObject([{ lockId: 1, directions: 'Second yard\nthen left' }])
  expect(JSON.stringify(locks)).not.toMatch(/webp|MARK|77,65,82,75/)
})

test('directions are changed, kept where others change, and taken away, each with its event', async () => {
  const { store } = await siteWithLock()
  const change = (changes: object) => store.updateLock({ lockId: one, changes, by: owner, atMs: T0 })
  expect(await change({ directions: 'Left' })).toMatchObject({
    event: { chained: { changes: { directions: 'Left' } } },
  })
  expect(await change({ name: 'Yard' })).toMatchObject({ lock: { name: 'Yard', directions: 'Left' } })
  expect((await change({ directions: 'Left' })).kind).toBe('unchanged')
  expect(await change({ directions: null })).toMatchObject({ lock: { directions: null } })
})

test('a store of an earlier version keeps its locks, without directions or pictures', () => {
  const database = newDatabase()
  migrate(
    database,
    readMigrations().filter(({ name }) => !name.includes('door-guides')),
  )
  database.exec(`INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation,
    mqtt_password_hash, created_at_ms) VALUES (1, 'u1', 'Yard', 5, 'PEM', 'lock', 1, 'h', 0)`)
  migrate(database)
  expect(database.prepare('SELECT name, directions FROM locks').all()).toEqual([{ name: 'Yard', directions: null }])
  expect(database.prepare('SELECT count(*) FROM door_pictures').pluck().get()).toBe(0)
})

test('the store itself takes no picture that a page has no room for', () => {
  const database = newDatabase()
  migrate(database)
  database.exec(`INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation,
    mqtt_password_hash, created_at_ms) VALUES (1, 'u1', 'Yard', 5, 'PEM', 'lock', 1, 'h', 0)`)
  const put = (bytes: number) => () =>
    database.prepare('INSERT OR REPLACE INTO door_pictures VALUES (1, ?, 1, 1)').run(Buffer.alloc(bytes))
  expect(put(18_001)).toThrow(Database.SqliteError)
  expect(put(0)).toThrow(Database.SqliteError)
  put(18_000)()
})

test('a lock that was retired while its picture was made gets none', async () => {
  const { store, set } = await siteWithLock()
  await store.retireLock({ lockId: one, by: owner, atMs: T0 })
  expect(await set(picture('late'))).toEqual({ kind: 'lock-retired' })
  expect(await store.findDoorPicture(one)).toBeNull()
})
