import type { VerifiedAck } from '#domain/ack.ts'
import {
  type LockChanges,
  type LockKey,
  type NewLock,
  type NewTempKey,
  type Reserve,
  type SignedCommand,
  type Store,
  StoreFault,
  type TempKeyChanges,
  type TempKeyListing,
  type UpdateLockHow,
} from '#domain/ports.ts'
import type { Principal } from '#domain/principal.ts'
import type { LockId, OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { JobInput, JobName, JobResult } from './jobs.ts'
import type { KeyMemory } from './key-memory.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

type Input<Name extends JobName> = JobInput[Name]

const GATHERED_AT_ONCE = 200
const GATHER_EVERY_MS = 10
/** Not while the locks come back and the first guests wait. */
const GATHER_AFTER_MS = 1_000

/** The store: reads in the main thread, changes through the one writer. */
export class SqliteStore implements Store {
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #keys: KeyMemory
  #lastStoredMs: number
  #stopGathering = () => {}

  constructor(reader: Reader, writer: Writer, keys: KeyMemory) {
    this.#keys = keys
    this.#reader = reader
    this.#writer = writer
    this.#lastStoredMs = reader.read((reads) => reads.lastStoredMs())
  }

  lastStoredMs(): number {
    return this.#lastStoredMs
  }

  async findTempKey(uuid: TempKeyUuid) {
    const known = this.#keys.find(uuid)
    if (known !== null) return known
    const key = this.#reader.read((reads) => reads.findTempKey(uuid))
    if (key !== null) this.#keys.keep(key)
    return key
  }

  /** Takes the newest keys into memory, some at a time and between other work: the guests of this week have them. */
  gatherKeys(): void {
    let cursor: number | null = null
    const next = (): void => {
      this.#stopGathering = () => {}
      if (this.#keys.full) return
      const page = this.#newestKeys(cursor)
      if (page === null) return
      const { keys, nextCursor } = page
      // What is held already is as true, and was wanted.
      for (const key of keys) if (!this.#keys.has(key.uuid)) this.#keys.keep(key)
      cursor = nextCursor
      if (cursor !== null) again(GATHER_EVERY_MS)
    }
    const again = (delayMs: number): void => {
      const timer = setTimeout(next, delayMs).unref()
      this.#stopGathering = () => clearTimeout(timer)
    }
    again(GATHER_AFTER_MS)
  }

  /** Null when it can't be read: whoever needs a key will hear of that. */
  #newestKeys(cursor: number | null) {
    try {
      return this.#reader.read((reads) => reads.newestTempKeys(cursor, GATHERED_AT_ONCE))
    } catch (error) {
      if (error instanceof StoreFault) return null
      throw error
    }
  }

  async latestOpening(uuid: TempKeyUuid) {
    return this.#reader.read((reads) => reads.latestOpening(uuid))
  }

  async findOpening(openingId: OpeningId) {
    return this.#reader.read((reads) => reads.findOpening(openingId))
  }

  async openingsThatBegin(idStart: string, limit: number) {
    return this.#reader.read((reads) => reads.openingsThatBegin(idStart, limit))
  }

  async unansweredCommands(openingId: OpeningId) {
    return this.#reader.read((reads) => reads.unansweredCommands(openingId))
  }

  async unansweredCommandsOf(lockId: LockId, limit: number) {
    return this.#reader.read((reads) => reads.unansweredCommandsOf(lockId, limit))
  }

  async locksWithUnansweredCommands() {
    return this.#reader.read((reads) => reads.locksWithUnansweredCommands())
  }

  async reservedOpenings(limit: number) {
    return this.#reader.read((reads) => reads.reservedOpeningIds(limit))
  }

  async unsettledOpenings(limit: number) {
    return this.#reader.read((reads) => reads.unsettledOpenings(limit))
  }

  async unsettledOpeningsOf(lockId: LockId, limit: number) {
    return this.#reader.read((reads) => reads.unsettledOpeningsOf(lockId, limit))
  }

  async listLocks() {
    return this.#reader.read((reads) => reads.listLocks())
  }

  async findLock(lockId: LockId) {
    return this.#reader.read((reads) => reads.findLock(lockId))
  }

  async latestOpeningOf(lockId: LockId) {
    return this.#reader.read((reads) => reads.latestOpeningOf(lockId))
  }

  async listTempKeys(lockId: LockId | null, page: TempKeyListing) {
    return this.#reader.read((reads) => reads.listTempKeys(lockId, page))
  }

  async eventsOf(lockId: LockId, page: { afterVersion: number; limit: number }) {
    return this.#reader.read((reads) => reads.eventsOf(lockId, page))
  }

  async findIdempotent(scopeHash: string, atMs: number) {
    return this.#reader.read((reads) => reads.findIdempotent(scopeHash, atMs))
  }

  createLock(lock: NewLock, by: Principal, atMs: number) {
    return this.#change('createLock', { lock, by, atMs }, atMs)
  }

  giveLockKey(lockId: LockId, key: LockKey, by: Principal, atMs: number, { takeOver }: { takeOver: boolean }) {
    const given = this.#change('giveLockKey', { lockId, key, takeOver, by, atMs }, atMs)
    return takeOver ? this.#withoutKeysOf(lockId, given) : given
  }

  updateLock(lockId: LockId, changes: LockChanges, by: Principal, atMs: number, how: UpdateLockHow = {}) {
    const updated = this.#change('updateLock', { lockId, changes, how, by, atMs }, atMs)
    return how.revokeKeys === true ? this.#withoutKeysOf(lockId, updated) : updated
  }

  /** After a change that revokes all keys of a lock. */
  async #withoutKeysOf<T>(lockId: LockId, change: Promise<T>): Promise<T> {
    try {
      return await change
    } finally {
      this.#keys.forgetKeysOf(lockId)
      // Nobody waits for it, and what fails is done by the next regular write.
      this.#sweepRevokedKeys().catch(() => {})
    }
  }

  async #sweepRevokedKeys(): Promise<void> {
    while (await this.#writer.post('sweepRevokedKeys', null));
  }

  createTempKey(key: NewTempKey, by: Principal, atMs: number) {
    return this.#change('createTempKey', { key, by, atMs }, atMs)
  }

  async updateTempKey(lockId: LockId, uuid: TempKeyUuid, changes: TempKeyChanges, by: Principal, atMs: number) {
    try {
      return await this.#change('updateTempKey', { lockId, uuid, changes, by, atMs }, atMs)
    } finally {
      this.#keys.forget(uuid)
    }
  }

  async revokeTempKey(uuid: TempKeyUuid, by: Principal, atMs: number) {
    try {
      return await this.#change('revokeTempKey', { uuid, by, atMs }, atMs)
    } finally {
      this.#keys.forget(uuid)
    }
  }

  reserve(reserve: Reserve) {
    return this.#change('reserve', reserve, reserve.atMs)
  }

  resign(change: { ack: VerifiedAck; command: SignedCommand; atMs: number }) {
    return this.#change('resign', change, change.atMs)
  }

  settle(ack: VerifiedAck, atMs: number) {
    return this.#change('settle', { ack, atMs }, atMs)
  }

  markNotSent(openingId: OpeningId, reason: string, atMs: number) {
    return this.#change('markNotSent', { openingId, reason, atMs }, atMs)
  }

  markUnconfirmed(openingId: OpeningId, reason: string, atMs: number) {
    return this.#change('markUnconfirmed', { openingId, reason, atMs }, atMs)
  }

  async recordJoin(join: Input<'recordJoin'>): Promise<void> {
    await this.#change('recordJoin', join, join.atMs)
  }

  async recordDenial(denial: Input<'recordDenial'>): Promise<void> {
    await this.#change('recordDenial', denial, denial.atMs)
  }

  decide(decision: Input<'decide'>) {
    return this.#change('decide', decision, decision.atMs)
  }

  chargeOld(startedBeforeMs: number, atMs: number) {
    return this.#change('chargeOld', { startedBeforeMs, atMs }, atMs)
  }

  async keepTime(atMs: number): Promise<void> {
    // A thousand rows a commit, so that no opening waits long for its own.
    while (await this.#change('keepTime', atMs, atMs));
  }

  async confirmClock(by: Principal, atMs: number): Promise<void> {
    await this.#writer.post('confirmClock', { lastStoredMs: this.#lastStoredMs, by, atMs })
    this.#lastStoredMs = atMs
  }

  async close(): Promise<void> {
    // The writer goes last: the last connection of all folds the WAL into the file.
    this.#stopGathering()
    this.#reader.close()
    await this.#writer.close()
  }

  async #change<Name extends JobName>(name: Name, input: Input<Name>, atMs: number): Promise<JobResult[Name]> {
    const result = await this.#writer.post(name, input)
    this.#lastStoredMs = Math.max(this.#lastStoredMs, atMs)
    return result
  }
}
