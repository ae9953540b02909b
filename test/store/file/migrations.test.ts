import { expect, test } from 'vitest'
import { type Migration, migrate, readMigrations } from '#store/file/migrate.ts'
import { newDatabase } from './new-database.ts'

test('a store of an earlier version keeps every row, knows the newest openings, and uses no counter again', () => {
  const database = newDatabase()
  const before = readMigrations().filter(({ number }) => number < 3)
  migrate(database, before)
  database.exec(`
    INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation, mqtt_password_hash,
      created_at_ms) VALUES (1, 'u1', 'x', 5, 'PEM', 'lock', 1, 'h', 0), (2, 'u2', 'x', 5, 'PEM', 'lock', 1, 'h', 0);
    INSERT INTO lock_counters VALUES (1, 0, 'new', 2), (2, 0, NULL, NULL);
    INSERT INTO temp_keys (id, uuid, access_mode, valid_from_ms, valid_until_ms, used_count, held_count, created_by,
      created_at_ms) VALUES (1, 'k1', 'public', 0, 1, 2, 1, 'x', 0), (2, 'k2', 'public', 0, 1, 0, 0, 'x', 0);
    INSERT INTO openings (id, opening_id, lock_id, temp_key_id, state, principal, started_at_ms, settled_at_ms) VALUES
      (1, 'o1', 1, 1, 'opened', 'guest', 0, 1), (2, 'o2', 1, 1, 'reserved', 'guest', 0, NULL),
      (3, 'o3', 1, NULL, 'charged', 'guest', 0, 1);
    INSERT INTO commands VALUES (1, 'c1', 1, 1, 'h', NULL, 'old', 7, 1, 1, 'answered', 'm'),
      (2, 'c2', 2, 1, 'h', NULL, 'new', 2, 1, 1, 'in-flight', 'm');
    INSERT INTO acks VALUES (1, 1, 'h', 1, 'm', 'opened', NULL, 1, 1, 'settled', 0),
      (2, 1, 'h', NULL, 'm', 'reset', NULL, 1, 2, 'orphan', 0);
  `)
  const rows = (table: string) => database.prepare(`SELECT * FROM ${table}`).all()
  const tables = ['openings', 'commands', 'acks'] as const
  const old = tables.map(rows)
  const told: string[] = []
  migrate(
    database,
    readMigrations().filter(({ number }) => number <= 3),
    (name) => told.push(name),
  )
  expect(told).toEqual(['0003-fewer-pages.sql'])
  expect(tables.map(rows)).toEqual(old)
  expect(database.prepare('SELECT last_opening FROM temp_keys').pluck().all()).toEqual([2, null])
  expect(database.prepare('SELECT last_opening FROM lock_counters').pluck().all()).toEqual([3, null])
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
  const command = (boot: string, counter: number) => () =>
    database.exec(`UPDATE lock_counters SET last_command_boot = '${boot}', last_command_counter = ${counter}
      WHERE lock_id = 1`)
  for (const used of [command('new', 2), command('new', 1), command('old', 7)]) expect(used).toThrow('greater counter')
  command('old', 8)()
})

test('a store of an earlier version keeps one ack for a result, first and last of the orphans, and counts the others', () => {
  const database = newDatabase()
  migrate(
    database,
    readMigrations().filter(({ number }) => number < 4),
  )
  database.exec(`
    INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation, mqtt_password_hash,
      created_at_ms) VALUES (1, 'u1', 'x', 5, 'PEM', 'lock', 1, 'h', 0), (2, 'u2', 'x', 5, 'PEM', 'lock', 1, 'h', 0);
    INSERT INTO openings (id, opening_id, lock_id, state, principal, started_at_ms, settled_at_ms) VALUES
      (1, 'o1', 1, 'opened', 'guest', 0, 1);
    INSERT INTO commands VALUES (1, 'c1', 1, 1, 'h', NULL, 'b', 7, 1, 1, 'answered', 'm');
  `)
  const ack = database.prepare(
    `INSERT INTO acks (lock_id, message_hash, command, message, result, key_generation, journal_seq, effect, at_ms)
     VALUES (?, ?, ?, ?, ?, 1, ?, ?, 0)`,
  )
  const said = (lock: number, command: number | null, result: string, effect: string, seq: number) =>
    ack.run(lock, `h${lock}${command}${seq}`, command, `m${seq}`, result, seq, effect)
  said(1, 1, 'refused', 'evidence', 1)
  said(1, 1, 'opened', 'evidence', 2)
  said(1, 1, 'opened', 'settled', 3)
  for (let seq = 4; seq < 9; seq += 1) said(1, 1, 'opened', 'evidence', seq)
  for (let seq = 9; seq < 14; seq += 1) said(1, null, 'opened', 'orphan', seq)
  said(1, null, 'reset', 'orphan', 14)
  for (let seq = 15; seq < 17; seq += 1) said(2, null, 'opened', 'orphan', seq)

  migrate(database)
  const kept = database
    .prepare(`SELECT lock_id, command, result, journal_seq, effect, kept_as, further FROM acks ORDER BY journal_seq`)
    .raw()
    .all()
  expect(kept).toEqual([
    [1, 1, 'refused', 1, 'evidence', 'first', 0],
    [1, 1, 'opened', 3, 'settled', 'first', 6],
    [1, null, 'opened', 9, 'orphan', 'first', 3],
    [1, null, 'opened', 13, 'orphan', 'last', 0],
    [1, null, 'reset', 14, 'orphan', 'first', 0],
    [2, null, 'opened', 15, 'orphan', 'first', 0],
    [2, null, 'opened', 16, 'orphan', 'last', 0],
  ])
})

test('a store of an earlier version knows for whom each lock without a key was prepared, and that the owner’s are his', () => {
  const database = newDatabase()
  migrate(
    database,
    readMigrations().filter(({ number }) => number < 6),
  )
  const lock = database.prepare(
    `INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation, mqtt_password_hash,
       created_at_ms) VALUES (?, ?, 'x', 5, ?, 'lock', 1, '', 0)`,
  )
  const event = database.prepare(`INSERT INTO events (lock_id, version, type, at_ms, chained, plain)
    VALUES (?, ?, ?, 0, ?, '{}')`)
  const created = [
    ['', 'organization:acme/api-key:0123456789abcdef'],
    ['', 'organization:acme'],
    ['', 'organization:a/api-key:b'],
    ['', 'user:ada'],
    ['', 'owner'],
    ['PEM', 'organization:acme'],
  ] as const
  for (const [index, [pem, createdBy]] of created.entries()) {
    lock.run(index + 1, `u${index}`, pem)
    event.run(index + 1, 1, 'LockCreated', JSON.stringify({ createdBy }))
    event.run(index + 1, 2, 'OwnerSet', JSON.stringify({ updatedBy: 'user:eve' }))
  }
  migrate(database)
  expect(database.prepare('SELECT prepared_by FROM locks ORDER BY lock_id').pluck().all()).toEqual([
    ...['organization:acme', 'organization:acme', 'organization:a/api-key:b', 'user:ada'],
    ...[null, null],
  ])
})

test('a migration that leaves a row without what it points at is not done', () => {
  const database = newDatabase()
  migrate(database)
  const sql = `INSERT INTO past_boots VALUES (99, 'x', 1)`
  expect(() => migrate(database, [...readMigrations(), { number: 9_000, name: '9000-x.sql', sql }])).toThrow('nothing')
  expect(database.prepare('SELECT count(*) FROM past_boots').pluck().get()).toBe(0)
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
})

test('a migration that is interrupted leaves the version before it, and is done by the next start', () => {
  const database = newDatabase()
  const first = readMigrations()
  migrate(database, first)
  const next = (sql: string): Migration => ({ number: 9_000, name: '9000-next.sql', sql })
  const tables = () => database.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'next%'`).pluck().all()
  expect(() => migrate(database, [...first, next('CREATE TABLE next1 (a); CREATE TABL next2 (a)')])).toThrow()
  expect(tables()).toEqual([])
  migrate(database, [...first, next('CREATE TABLE next1 (a)')])
  migrate(database, [...first, next('CREATE TABLE next1 (a)')])
  expect(tables()).toEqual(['next1'])
})

test('a store of an earlier version knows since when each key pair of a lock is in force, and no lock is retired', () => {
  const database = newDatabase()
  migrate(
    database,
    readMigrations().filter(({ number }) => number < 8),
  )
  database.exec(`
    INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation, mqtt_password_hash,
      created_at_ms) VALUES (1, 'u1', 'x', 5, 'THIRD', 'lock', 3, 'h', 10), (2, 'u2', 'x', 5, '', 'lock', 1, '', 20),
      (3, 'u3', 'x', 5, 'ONLY', 'lock', 1, 'h', 30), (4, 'u4', 'x', 5, 'LATE', 'lock', 1, 'h', 40);
    INSERT INTO former_lock_keys VALUES (1, 1, 'FIRST', 'lock', 15), (1, 2, 'SECOND', 'lock', 17);
    INSERT INTO events (lock_id, version, type, at_ms, chained, plain) VALUES
      (1, 1, 'LockCreated', 10, '{}', '{}'), (1, 2, 'LockKeySet', 15, '{"keyGeneration":2}', '{}'),
      (1, 3, 'LockKeySet', 17, '{"keyGeneration":3}', '{}'), (4, 1, 'LockKeySet', 44, '{"keyGeneration":1}', '{}');
  `)
  migrate(database)
  const all = (sql: string) => database.prepare(sql).raw().all()
  expect(all('SELECT lock_id, key_set_at_ms, retired_at_ms FROM locks')).toEqual([
    [1, 17, null],
    [2, null, null],
    [3, 30, null],
    [4, 44, null],
  ])
  expect(all('SELECT key_generation, set_at_ms, replaced_at_ms FROM former_lock_keys')).toEqual([
    [1, 10, 15],
    [2, 15, 17],
  ])
})

test('a store of an earlier version keeps its alarms, which nobody has acknowledged yet, and knows which locks have been there', () => {
  const database = newDatabase()
  const upTo = (number: number) => readMigrations().filter((migration) => migration.number <= number)
  migrate(database, upTo(9))
  database.exec(`
    INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation, mqtt_password_hash,
      created_at_ms, key_set_at_ms) VALUES (1, 'u1', 'x', 5, 'ONE', 'lock', 1, 'h', 10, 10),
      (2, 'u2', 'x', 5, 'TWO', 'lock', 1, 'h', 20, 20), (3, 'u3', 'x', 5, '', 'lock', 1, '', 30, NULL);
    INSERT INTO lock_counters (lock_id, version, last_command_boot, last_command_counter) VALUES
      (1, 0, 'boot', 4), (2, 0, NULL, NULL), (3, 0, NULL, NULL);
    INSERT INTO alarms (id, kind, lock_id, severity, since_ms, last_seen_ms, count, cleared_at_ms, about, advice) VALUES
      (1, 'lock-jammed', 1, 'warning', 100, 200, 3, NULL, 'c1', 'Look.'),
      (2, 'store-failed', NULL, 'critical', 100, 100, 1, 150, NULL, 'Look.');
  `)
  const alarms = () => database.prepare('SELECT * FROM alarms ORDER BY id').all()
  const before = alarms()
  migrate(database, upTo(11))
  const nobody = { acknowledged_at_ms: null, acknowledged_by: null, acknowledged_word: null }
  expect(alarms()).toEqual(before.map((row) => ({ ...Object(row), weight: 1, ...nobody })))
  // A lock that was sent a command must have been there; of the others the next look tells.
  const locks = database.prepare('SELECT lock_id, arrived_at_ms, offline_after_min FROM locks ORDER BY lock_id')
  expect(locks.raw().all()).toEqual([
    [1, 10, null],
    [2, null, null],
    [3, null, null],
  ])
  expect(database.prepare('SELECT count(*) FROM alarm_mutes').pluck().get()).toBe(0)
  expect(database.prepare('SELECT count(*) FROM notices').pluck().get()).toBe(0)
})

test('a store of an earlier version finds events by their time as if it had kept the hours from the beginning, also where the clock was set back', () => {
  const HOUR_MS = 3_600_000
  const upTo = (number: number) => readMigrations().filter((migration) => migration.number <= number)
  const hours = [490_000, 490_000, 490_002, 490_001, 490_001, 490_003]
  const tell = (database: ReturnType<typeof newDatabase>, atMs: number, version: number) =>
    database
      .prepare(
        `INSERT INTO events (lock_id, version, type, at_ms, chained, plain) VALUES (1, ?, 'LockOpened', ?, '{}', '{}')`,
      )
      .run(version, atMs)
  const lock = `INSERT INTO locks (lock_id, uuid, name, pulse_s, public_key_pem, key_made_by, key_generation,
    mqtt_password_hash, created_at_ms, key_set_at_ms) VALUES (1, 'u1', 'x', 5, 'ONE', 'lock', 1, 'h', 10, 10)`
  const [old, fresh] = [newDatabase(), newDatabase()]
  migrate(old, upTo(12))
  migrate(fresh, upTo(13))
  for (const database of [old, fresh]) {
    database.exec(lock)
    for (const [at, hour] of hours.entries()) tell(database, hour * HOUR_MS + at, at + 1)
  }
  migrate(old, upTo(13))
  for (const database of [old, fresh]) {
    tell(database, 490_003 * HOUR_MS + 9, 7)
    tell(database, 490_004 * HOUR_MS, 8)
  }
  const stored = (database: ReturnType<typeof newDatabase>) =>
    database.prepare('SELECT seq, hour FROM event_hours ORDER BY seq').raw().all()
  expect(stored(old)).toEqual([
    ...[
      [1, 490_000],
      [3, 490_002],
      [4, 490_001],
      [6, 490_003],
      [8, 490_004],
    ],
  ])
  expect(stored(fresh)).toEqual(stored(old))
  expect(old.prepare('SELECT count(*) FROM site_events').pluck().get()).toBe(0)
})
