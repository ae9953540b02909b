import type { Principal } from '#domain/access/principal.ts'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Surplus } from '#domain/acks/surplus-book.ts'
import type { LockChanges, LockKey, LockReflash, NewLock, UpdateLockHow } from '#domain/locks/lock-changes.ts'
import type { PreparedLimits } from '#domain/locks/prepared-locks.ts'
import type {
  NewTempKey,
  OpeningCursor,
  Reserve,
  SignedCommand,
  Store,
  TempKeyChanges,
  TempKeyListing,
} from '#domain/ports.ts'
import type { LockId, OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import { gatherKeys } from './gather-keys.ts'
import type { JobInput, JobName, JobResult } from './jobs/jobs.ts'
import type { KeyMemory } from './key-memory.ts'
import { LongReads } from './long-reads.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer/writer.ts'

type Input<Name extends JobName> = JobInput[Name]

/** So that no opening waits for the counts of a thousand talkative locks. */
const KEPT_AT_ONCE = 100

/** The store: reads in the main thread, changes through the one writer. */
export class SqliteStore implements Store {
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #keys: KeyMemory
  readonly #longReads = new LongReads()
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

  /** Begins to take the newest keys into memory. */
  gatherKeys(): void {
    this.#stopGathering = gatherKeys(this.#reader, this.#keys)
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

  async knownWord(ack: VerifiedAck) {
    return this.#reader.read((reads) => reads.knownWord(ack))
  }

  async unansweredCommands(openingId: OpeningId) {
    return this.#reader.read((reads) => reads.unansweredCommands(openingId))
  }

  async unansweredCommandsOf(lockId: LockId, after: OpeningCursor | null, limit: number) {
    return this.#reader.read((reads) => reads.unansweredCommandsOf(lockId, after, limit))
  }

  async locksWithUnconfirmed() {
    return this.#reader.read((reads) => reads.locksWithUnconfirmed())
  }

  async reservedOpenings(limit: number) {
    return this.#reader.read((reads) => reads.reservedOpeningIds(limit))
  }

  async unsettledOpenings(limit: number) {
    return this.#reader.read((reads) => reads.unsettledOpenings(limit))
  }

  async oldestUnsettledOf(uuid: TempKeyUuid) {
    return this.#reader.read((reads) => reads.oldestUnsettledOf(uuid))
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
    return await this.#longReads.run(
      () => this.#reader.read((reads) => reads.listTempKeys(lockId, page)),
      (query) => this.#reader.read(query),
    )
  }

  async eventsOf(lockId: LockId, page: { afterVersion: number; limit: number }) {
    return this.#reader.read((reads) => reads.eventsOf(lockId, page))
  }

  async findIdempotent(scopeHash: string, atMs: number) {
    return this.#reader.read((reads) => reads.findIdempotent(scopeHash, atMs))
  }

  createLock(lock: NewLock, by: Principal, atMs: number, limits?: PreparedLimits) {
    return this.#change('createLock', { lock, by, atMs, limits }, atMs)
  }

  giveLockKey(lockId: LockId, key: LockKey, by: Principal, atMs: number, { takeOver }: { takeOver: boolean }) {
    const given = this.#change('giveLockKey', { lockId, key, takeOver, by, atMs }, atMs)
    return takeOver ? this.#withoutKeysOf(lockId, given) : given
  }

  reflashLock(lockId: LockId, reflash: LockReflash, by: Principal, atMs: number) {
    return this.#change('reflashLock', { lockId, reflash, by, atMs }, atMs)
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

  updateTempKey(lockId: LockId, uuid: TempKeyUuid, changes: TempKeyChanges, by: Principal, atMs: number) {
    return this.#changeOfKey(uuid, 'updateTempKey', { lockId, uuid, changes, by, atMs }, atMs)
  }

  revokeTempKey(uuid: TempKeyUuid, by: Principal, atMs: number) {
    return this.#changeOfKey(uuid, 'revokeTempKey', { uuid, by, atMs }, atMs)
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

  async settleLate(ack: VerifiedAck, atMs: number) {
    const settling = this.#writer.postEvidence(ack.lockId, 'settle', { ack, atMs })
    return settling === null ? null : await this.#kept(settling, atMs)
  }

  async keepSurplus({ further, orphans }: Surplus, atMs: number): Promise<void> {
    const parts: Surplus[] = [
      ...inParts(further, KEPT_AT_ONCE).map((part) => ({ further: part, orphans: [] })),
      ...inParts(orphans, KEPT_AT_ONCE).map((part) => ({ further: [], orphans: part })),
    ]
    for (const surplus of parts) await this.#change('keepSurplus', { surplus, atMs }, atMs)
  }

  markNotSent(openingId: OpeningId, reason: string, atMs: number) {
    return this.#change('markNotSent', { openingId, reason, atMs }, atMs)
  }

  withdraw(openingId: OpeningId, reason: string, atMs: number) {
    return this.#change('withdraw', { openingId, reason, atMs }, atMs)
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

  #change<Name extends JobName>(name: Name, input: Input<Name>, atMs: number): Promise<JobResult[Name]> {
    return this.#kept(this.#writer.post(name, input), atMs)
  }

  /** Memory forgets the key when the change has ended, whatever became of it and whoever still waits. */
  async #changeOfKey<Name extends 'updateTempKey' | 'revokeTempKey'>(
    uuid: TempKeyUuid,
    name: Name,
    input: Input<Name>,
    atMs: number,
  ): Promise<JobResult[Name]> {
    try {
      return await this.#change(name, input, atMs)
    } finally {
      this.#keys.forget(uuid)
    }
  }

  async #kept<Result>(stored: Promise<Result>, atMs: number): Promise<Result> {
    const result = await stored
    this.#lastStoredMs = Math.max(this.#lastStoredMs, atMs)
    return result
  }
}

function inParts<T>(all: readonly T[], size: number): readonly T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))
}
