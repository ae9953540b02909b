import type { VerifiedAck } from '#domain/ack.ts'
import type {
  LockChanges,
  LockKey,
  LockUpdateEvent,
  NewLock,
  NewTempKey,
  Reserve,
  SignedCommand,
  Store,
  TempKeyChanges,
  TempKeyListing,
} from '#domain/ports.ts'
import type { Principal } from '#domain/principal.ts'
import type { LockId, OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { JobInput, JobName, JobResult } from './jobs.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

type Input<Name extends JobName> = JobInput[Name]

/** The store: reads in the main thread, changes through the one writer. */
export class SqliteStore implements Store {
  readonly #reader: Reader
  readonly #writer: Writer
  #lastStoredMs: number

  constructor(reader: Reader, writer: Writer) {
    this.#reader = reader
    this.#writer = writer
    this.#lastStoredMs = reader.read((reads) => reads.lastStoredMs())
  }

  lastStoredMs(): number {
    return this.#lastStoredMs
  }

  async findTempKey(uuid: TempKeyUuid) {
    return this.#reader.read((reads) => reads.findTempKey(uuid))
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

  giveLockKey(lockId: LockId, key: LockKey, by: Principal, atMs: number) {
    return this.#change('giveLockKey', { lockId, key, by, atMs }, atMs)
  }

  updateLock(lockId: LockId, changes: LockChanges, by: Principal, atMs: number, as: LockUpdateEvent = 'LockUpdated') {
    return this.#change('updateLock', { lockId, changes, by, atMs, as }, atMs)
  }

  createTempKey(key: NewTempKey, by: Principal, atMs: number) {
    return this.#change('createTempKey', { key, by, atMs }, atMs)
  }

  updateTempKey(lockId: LockId, uuid: TempKeyUuid, changes: TempKeyChanges, by: Principal, atMs: number) {
    return this.#change('updateTempKey', { lockId, uuid, changes, by, atMs }, atMs)
  }

  revokeTempKey(uuid: TempKeyUuid, by: Principal, atMs: number) {
    return this.#change('revokeTempKey', { uuid, by, atMs }, atMs)
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
    this.#reader.close()
    await this.#writer.close()
  }

  async #change<Name extends JobName>(name: Name, input: Input<Name>, atMs: number): Promise<JobResult[Name]> {
    const result = await this.#writer.post(name, input)
    this.#lastStoredMs = Math.max(this.#lastStoredMs, atMs)
    return result
  }
}
