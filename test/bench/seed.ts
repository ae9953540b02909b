import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import pino from 'pino'
import { hashLockPassword } from '#broker/access/lock-password.ts'
import { openGatewayKey } from '#site/gateway-key.ts'
import { openStore } from '#store/open-store.ts'

/** One key pair and password for all locks of a bench: what they cost is the same. */
export interface Seed {
  readonly dataDir: string
  readonly lockPrivatePem: string
  readonly lockPublicPem: string
  readonly password: string
  readonly gatewayPublicPem: string
}

/** The UUID of the n-th seeded key, version 4. */
export const keyUuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/**
 * A store with locks 1…`locks`, keys 1…`keys` (the n-th opens lock 1 + (n − 1) mod `locks`), and `openings` past
 * openings with both their messages and three events each, as the gateway itself would have written them.
 */
export async function seedStore(
  dataDir: string,
  counts: { locks: number; keys: number; openings: number },
): Promise<Seed> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { store } = await openStore({
    ...{ dataDir, log: pino({ level: 'silent' }), nowMs: Date.now(), sweptLocks: 'all' },
    saw: () => {},
  })
  await store.close()
  const gatewayKey = await openGatewayKey(dataDir, true)
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const lockPublicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const lockPrivatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const password = 'bench-password'

  const database = new Database(path.join(dataDir, 'latchkey.db'))
  database.pragma('synchronous = OFF')
  database.pragma('foreign_keys = OFF')
  const nowMs = Date.now()
  const values = {
    // Numbers are bound as REAL, and division would keep the fraction.
    locks: BigInt(counts.locks),
    keys: BigInt(counts.keys),
    openings: BigInt(counts.openings),
    events: BigInt(counts.openings * 3),
    nowMs: BigInt(nowMs),
    publicPem: lockPublicPem,
    hash: hashLockPassword(password),
    ack: 'a'.repeat(560),
    command: 'c'.repeat(500),
  }
  const run = (sql: string) => database.prepare(sql).run(values)
  const numbers = (upTo: string) =>
    `WITH RECURSIVE n(i) AS (SELECT 1 WHERE @${upTo} > 0 UNION ALL SELECT i + 1 FROM n WHERE i < @${upTo})`
  const uuid = "printf('00000000-0000-4000-8000-%012x', i)"
  const id22 = (prefix: string) => `printf('${prefix}%020d', i)`
  const lockOf = '1 + (i - 1) % @locks'
  const newestOpening = (of: string) => `CASE WHEN i <= @openings THEN i + @${of} * ((@openings - i) / @${of}) END`
  database.transaction(() => {
    run(
      `${numbers('locks')} INSERT INTO locks (lock_id, uuid, name, area, pulse_s, organization, owner, public_key_pem, key_made_by, key_generation, mqtt_password_hash, created_at_ms) SELECT i, printf('00000000-0000-4000-9000-%012x', i), 'Door ' || i, NULL, 5, NULL, NULL, @publicPem, 'lock', 1, @hash, @nowMs FROM n`,
    )
    run(
      `${numbers('locks')} INSERT INTO lock_counters SELECT i, 3 * ((@openings + @locks - i) / @locks), NULL, NULL, ${newestOpening('locks')} FROM n`,
    )
    run(
      `${numbers('keys')} INSERT INTO temp_keys SELECT i, ${uuid}, 'public', @nowMs - 1000, @nowMs + 86400000, NULL, CASE WHEN i <= @openings THEN 1 ELSE 0 END, 0, NULL, 'bench', @nowMs, NULL, ${newestOpening('keys')} FROM n`,
    )
    run(`${numbers('keys')} INSERT INTO temp_key_doors SELECT i, ${lockOf}, 1 FROM n`)
    run(
      `${numbers('openings')} INSERT INTO openings SELECT i, ${id22('op')}, ${lockOf}, 1 + (i - 1) % @keys, 'opened', NULL, 0, 0, 'guest', NULL, @nowMs - 86400000, @nowMs - 86399000, 1, 20, 60, 0 FROM n`,
    )
    run(
      `${numbers('openings')} INSERT INTO commands SELECT i, ${id22('co')}, i, ${lockOf}, ${id22('hash')}, ${id22('kr')}, 'seededboot_', 1 + (i - 1) / @locks, 100, 1, 'answered', @command FROM n`,
    )
    run(
      `${numbers('openings')} INSERT INTO acks SELECT i, ${lockOf}, ${id22('ah')}, i, @ack, 'opened', NULL, 1, 2 * i, 'settled', @nowMs, 0, 'first' FROM n`,
    )
    run(
      `${numbers('events')} INSERT INTO events SELECT i, 1 + ((i - 1) / 3) % @locks, 1 + 3 * (((i - 1) / 3) / @locks) + (i - 1) % 3, 'LockOpened', @nowMs, '{"ackHash":"9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab","openingId":"' || ${id22('op')} || '"}', '{}' FROM n`,
    )
  })()
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
  return { dataDir, lockPrivatePem, lockPublicPem, password, gatewayPublicPem: gatewayKey.publicKey.pem }
}
