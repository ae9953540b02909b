import { chmodSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { assertDurable } from '#store/file/database.ts'
import { migrate } from '#store/file/migrate.ts'
import { StoreOpenError } from '#store/file/store-open-error.ts'
import { openStore } from '#store/open-store.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import {
  countersOf,
  keyUuid,
  lockId,
  makeDoor,
  newAck,
  reserved,
  storeOptions,
  T0,
} from '#test/store/support/store-site.ts'
import { emptyDirectory, newDatabase } from './new-database.ts'

const refusal = async (dataDir: string): Promise<StoreOpenError> => {
  const opened = openStore(storeOptions(dataDir))
  const error: unknown = await opened.then(
    async ({ store }) => store.close(),
    (reason: unknown) => reason,
  )
  if (!(error instanceof StoreOpenError)) throw new Error('the store opened')
  expect(error.message).not.toContain('\n')
  expect(error.advice).toMatch(/^[A-Z].*[.]$/)
  return error
}

test('is new until something has happened in it', async () => {
  const site = await storeSite()
  expect(site.isNew).toBe(true)
  expect((await site.restart()).isNew).toBe(true)
  const { store } = await site.restart()
  await makeDoor(store, 1)
  expect((await site.restart()).isNew).toBe(false)
})

test('makes its files readable by their owner only', async () => {
  const { store, dataDir } = await storeSite()
  await makeDoor(store, 1)
  for (const suffix of ['', '-wal', '-shm']) {
    expect(statSync(join(dataDir, `latchkey.db${suffix}`)).mode & 0o777).toBe(0o600)
  }
})

test('commits durably: the journal is a WAL and synchronous is FULL after a write', () => {
  const database = newDatabase()
  migrate(database)
  assertDurable(database)
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(database.pragma('synchronous', { simple: true })).toBe(2)
  database.pragma('synchronous = NORMAL')
  expect(() => assertDurable(database)).toThrow(StoreOpenError)
})

test('finds what the last process left reserved, as unconfirmed, with the commands to ask about', async () => {
  const site = await storeSite()
  for (const n of [1, 2, 3]) await makeDoor(site.store, n, { maxUses: 1 })
  const one = await reserved(site.store, 1, { atMs: T0 + 2 })
  const two = await reserved(site.store, 2, { atMs: T0 + 1 })
  await site.store.markUnconfirmed({ openingId: two.opening.openingId, reason: 'silent', atMs: T0 + 3 })
  const three = await reserved(site.store, 3)
  await site.store.settle({ ack: newAck(three.command, 'opened'), atMs: T0 })

  const { store } = await site.restart(T0 + 9)
  expect((await store.unsettledOpenings(9)).map(({ state, reason }) => [state, reason])).toEqual([
    ['unconfirmed', 'silent'],
    ['unconfirmed', 'restarted'],
  ])
  expect(await store.locksWithUnconfirmed('all')).toEqual([lockId(1), lockId(2)])
  const { commandId, commandHash, bootId, notAfterUptimeS } = one.command
  expect(await store.unansweredCommandsOf(lockId(1), null, 9)).toMatchObject({
    commands: [{ openingId: one.opening.openingId, commandId, commandHash, bootId, notAfterUptimeS }],
    next: null,
  })
  expect(await countersOf(store, 1)).toEqual({ used: 0, held: 1 })
  const events = await store.eventsOf(lockId(1), { afterVersion: 3, limit: 9 })
  expect(events).toMatchObject([{ type: 'LockOpenUnconfirmed', atMs: T0 + 9, chained: { reason: 'restarted' } }])
  const again = await site.restart()
  expect(await again.store.unsettledOpenings(9)).toHaveLength(2)
})

test('never writes the UUID of a key where it is chained', async () => {
  const { store, dataDir } = await storeSite()
  await makeDoor(store, 1, { maxUses: 1 })
  const first = await reserved(store, 1)
  await store.recordJoin({
    openingId: first.opening.openingId,
    principal: { kind: 'guest' },
    isEvent: true,
    idempotency: null,
    atMs: T0,
  })
  await store.markUnconfirmed({ openingId: first.opening.openingId, reason: 'silent', atMs: T0 })
  const decision = { openingId: first.opening.openingId, reason: 'seen', by: { kind: 'owner' }, atMs: T0 } as const
  await store.decide({ ...decision, state: 'released' })
  const second = await reserved(store, 1)
  await store.settle({ ack: newAck(second.command, 'opened'), atMs: T0 })
  await store.settle({ ack: newAck(first.command, 'opened'), atMs: T0 })
  await store.settle({
    ack: newAck({ ...first.command, counter: 9, commandHash: second.command.commandHash }, 'opened'),
    atMs: T0,
  })
  await store.revokeTempKey({ uuid: keyUuid(1), by: { kind: 'owner' }, atMs: T0 })

  const events = await store.eventsOf(lockId(1), { afterVersion: 0, limit: 99 })
  const ofKey = events.filter(({ type }) => type !== 'LockCreated')
  expect(ofKey.length).toBeGreaterThan(9)
  for (const event of ofKey) {
    expect(JSON.stringify(event.chained)).not.toContain(keyUuid(1))
    expect(event.chained.keyRef).toBe(first.command.keyRef)
  }
  const database = new Database(join(dataDir, 'latchkey.db'), { readonly: true })
  onTestFinished(() => void database.close())
  const tables = ['openings', 'commands', 'acks', 'idempotency', 'alarms']
  const text = tables.flatMap((table) => database.prepare(`SELECT * FROM ${table}`).all())
  expect(JSON.stringify(text)).not.toContain(keyUuid(1))
})

test('says that a file is no database, and that a header or the schema is damaged', async () => {
  const dataDir = emptyDirectory()
  const path = join(dataDir, 'latchkey.db')
  writeFileSync(path, 'Dear diary, '.repeat(1_000))
  expect((await refusal(dataDir)).reason).toBe('not-a-database')

  const site = await storeSite()
  await makeDoor(site.store, 1)
  await site.store.close()
  const stored = join(site.dataDir, 'latchkey.db')
  truncateSync(stored, 5_000)
  expect((await refusal(site.dataDir)).reason).toBe('not-a-database')
})

test('refuses the database of another program', async () => {
  const dataDir = emptyDirectory()
  const other = new Database(join(dataDir, 'latchkey.db'))
  other.exec('CREATE TABLE songs (title TEXT)')
  other.close()
  expect((await refusal(dataDir)).reason).toBe('foreign-database')
})

test('says that the directory is no directory, or not to be written', async () => {
  const dataDir = emptyDirectory()
  writeFileSync(join(dataDir, 'file'), '')
  expect((await refusal(join(dataDir, 'file'))).reason).toBe('directory-unusable')
  chmodSync(dataDir, 0o500)
  // Root may write anywhere.
  if (process.getuid?.() !== 0) expect((await refusal(dataDir)).reason).toBe('directory-unusable')
})

test('refuses a store from a newer version, and one made by a changed migration', async () => {
  const site = await storeSite()
  await site.store.close()
  const change = (sql: string) => {
    const database = new Database(join(site.dataDir, 'latchkey.db'))
    database.exec(sql)
    database.close()
  }
  change(`INSERT INTO migrations VALUES (9999, '9999-later.sql', 'x')`)
  const newer = await refusal(site.dataDir)
  expect(newer.reason).toBe('newer-version')
  expect(newer.message).toContain('9999-later.sql')
  change(`DELETE FROM migrations WHERE number = 9999; UPDATE migrations SET checksum = 'x'`)
  expect((await refusal(site.dataDir)).reason).toBe('changed-migration')
})
