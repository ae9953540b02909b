import { join } from 'node:path'
import Database from 'better-sqlite3'
import { isFinal, type Opening, type OpeningState } from '#domain/openings/opening.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import { prepareReads } from '#store/tables/reads.ts'
import { prepareTransaction } from '#store/tables/transaction.ts'

/** The rows of a store that is open, seen and set by a test in a connection of its own. */
export class StoredRows {
  readonly #database: Database.Database
  readonly #tx: ReturnType<typeof prepareTransaction>
  readonly #reads: ReturnType<typeof prepareReads>

  constructor(dataDir: string) {
    this.#database = new Database(join(dataDir, 'latchkey.db'), { fileMustExist: true })
    this.#tx = prepareTransaction(this.#database)
    this.#reads = prepareReads(this.#database)
  }

  /** As if it had been made long ago, and used so often since. */
  addKey(key: TempKey): void {
    this.#tx.insertTempKey(key, key.createdBy, key.createdAtMs)
    const { usedCount, heldCount, revokedAtMs, uuid } = key
    this.#database
      .prepare('UPDATE temp_keys SET used_count = ?, held_count = ?, revoked_at_ms = ? WHERE uuid = ?')
      .run(usedCount, heldCount, revokedAtMs, uuid)
  }

  key(uuid: TempKeyUuid): TempKey | null {
    return this.#reads.findTempKey(uuid)
  }

  get keyCount(): number {
    return this.#count('temp_keys')
  }

  /** In the order in which they began. */
  get openings(): readonly Opening[] {
    const ids = this.#database.prepare<[], OpeningId>('SELECT opening_id FROM openings ORDER BY id').pluck().all()
    return ids.flatMap((openingId) => this.#reads.findOpening(openingId) ?? [])
  }

  /** As it is to be from now on. */
  putOpening(opening: Opening): void {
    const { openingId, lockId, tempKeyUuid, userId, state, reason, startedAtMs } = opening
    const settledAtMs = isFinal(state) ? (opening.settledAtMs ?? startedAtMs) : null
    const usedCountAfter = isFinal(state) ? opening.usedCount : null
    this.#database
      .prepare(
        `INSERT INTO openings (opening_id, lock_id, temp_key_id, state, reason, principal, user_id, started_at_ms,
           settled_at_ms, used_count_after)
         VALUES (?, ?, (SELECT id FROM temp_keys WHERE uuid = ?), ?, ?, 'guest', ?, ?, ?, ?)
         ON CONFLICT (opening_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
           settled_at_ms = excluded.settled_at_ms, used_count_after = excluded.used_count_after`,
      )
      .run(openingId, lockId, tempKeyUuid, state, reason, userId, startedAtMs, settledAtMs, usedCountAfter)
    this.#database
      .prepare(
        'UPDATE temp_keys SET last_opening = (SELECT max(id) FROM openings o WHERE o.temp_key_id = temp_keys.id)',
      )
      .run()
  }

  setState(opening: Opening, state: OpeningState, settledAtMs: number): void {
    this.putOpening({ ...opening, state, settledAtMs })
  }

  /** From here on no key can be read. */
  breakKeys(): void {
    this.#database.exec('ALTER TABLE temp_keys RENAME TO gone')
  }

  close(): void {
    this.#database.close()
  }

  #count(table: 'temp_keys'): number {
    return this.#database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
  }
}
