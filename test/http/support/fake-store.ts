import { principalLabel } from '#domain/access/principal.ts'
import type { EventData } from '#domain/events/events.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { CreateLockResult, NewLock } from '#domain/locks/lock-changes.ts'
import { countersFollow, type Opening, type OpeningState, transitionByAck } from '#domain/openings/opening.ts'
import {
  type CreateTempKeyResult,
  type NewTempKey,
  type RevokeTempKeyResult,
  type Settled,
  type SignedCommand,
  type Store,
  StoreFault,
} from '#domain/ports.ts'
import { type TempKey, tempKeyRefusal, tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { LockId, OpeningId, TempKeyUuid } from '#protocol/ids.ts'

type Of<Method extends keyof Store> = Parameters<Store[Method]>

/** The store as the routes need it, in memory: no SQLite, so that a test of HTTP is a test of HTTP. */
export class FakeStore implements Store {
  readonly keys = new Map<TempKeyUuid, TempKey>()
  readonly openings = new Map<OpeningId, Opening>()
  readonly locks = new Map<LockId, Lock>()
  readonly #commands: SignedCommand[] = []
  readonly #idempotent = new Map<string, { requestHash: string; openingId: OpeningId }>()
  #version = 0
  /** While set, every call fails as a full disk does. */
  broken = false

  #working(): void {
    if (this.broken) throw new StoreFault('SQLITE_FULL: database or disk is full')
  }
  #event(
    lockId: LockId,
    type: 'TempKeyCreated' | 'TempKeyDeleted' | 'LockCreated' | 'LockUpdated',
    atMs: number,
    chained: EventData = {},
    plain: EventData = {},
  ) {
    this.#version += 1
    return { seq: this.#version, lockId, version: this.#version, type, atMs, chained, plain }
  }
  #move(openingId: OpeningId, state: OpeningState, reason: string | null, atMs: number, corrected = false): Opening {
    const before = this.openings.get(openingId)
    if (before === undefined) throw new Error('no such opening')
    const key = before.tempKeyUuid === null ? undefined : this.keys.get(before.tempKeyUuid)
    const follow = countersFollow(before.state, state)
    const usedCount = key === undefined ? null : key.usedCount + follow.used
    if (key !== undefined && usedCount !== null)
      this.keys.set(key.uuid, { ...key, usedCount, heldCount: key.heldCount + follow.held })
    const after = { ...before, state, reason, corrected, settledAtMs: atMs, usedCount }
    this.openings.set(openingId, after)
    return after
  }

  async findTempKey(uuid: TempKeyUuid) {
    this.#working()
    return this.keys.get(uuid) ?? null
  }
  async latestOpening(uuid: TempKeyUuid) {
    return [...this.openings.values()].filter((opening) => opening.tempKeyUuid === uuid).at(-1) ?? null
  }
  async findOpening(openingId: OpeningId) {
    this.#working()
    return this.openings.get(openingId) ?? null
  }
  async openingsThatBegin(idStart: string, limit: number) {
    return [...this.openings.values()].filter(({ openingId }) => openingId.startsWith(idStart)).slice(0, limit)
  }
  async unansweredCommands(openingId: OpeningId) {
    return this.#commands.filter((command) => command.openingId === openingId)
  }
  async unansweredCommandsOf() {
    return { commands: [], next: null }
  }
  async locksWithUnconfirmed() {
    return []
  }
  async reservedOpenings() {
    return []
  }
  async unsettledOpenings(limit: number) {
    const unconfirmed = [...this.openings.values()].filter(({ state }) => state === 'unconfirmed')
    return unconfirmed.slice(0, limit)
  }
  async oldestUnsettledOf() {
    return null
  }
  async knownWord() {
    return 'unsaid' as const
  }
  async listLocks() {
    return [...this.locks.values()]
  }
  async findLock(lockId: LockId) {
    return this.locks.get(lockId) ?? null
  }
  async latestOpeningOf(lockId: LockId) {
    return [...this.openings.values()].filter((opening) => opening.lockId === lockId).at(-1) ?? null
  }
  async listTempKeys(...[lockId, page]: Of<'listTempKeys'>) {
    const all = [...this.keys.values()].filter((key) => key.lockId === lockId)
    const { status } = page
    const shown = all.filter(
      (key) =>
        (page.includeRevoked || key.revokedAtMs === null) &&
        (status === undefined || tempKeyStatus(key, status.atMs) === status.is),
    )
    const from = Number(page.cursor ?? 0)
    const next = from + page.limit
    return { keys: shown.slice(from, next), nextCursor: next < shown.length ? String(next) : null }
  }
  async eventsOf() {
    return []
  }
  async findIdempotent(scopeHash: string) {
    const row = this.#idempotent.get(scopeHash)
    const opening = row === undefined ? undefined : this.openings.get(row.openingId)
    return row === undefined || opening === undefined ? null : { requestHash: row.requestHash, opening }
  }
  lastStoredMs() {
    return 0
  }

  async createLock(lock: NewLock, _by: Of<'createLock'>[1], atMs: number): Promise<CreateLockResult> {
    if (this.locks.has(lock.lockId)) return { kind: 'lock-exists' }
    const stored = { ...lock, keyGeneration: 1, version: 1, createdAtMs: atMs, lastCommand: null }
    this.locks.set(lock.lockId, stored)
    return { kind: 'created', lock: stored, event: this.#event(lock.lockId, 'LockCreated', atMs) }
  }
  async giveLockKey() {
    return { kind: 'lock-not-found' } as const
  }
  async reflashLock() {
    return { kind: 'lock-not-found' } as const
  }
  async updateLock(...[lockId, changes, , atMs]: Of<'updateLock'>) {
    const before = this.locks.get(lockId)
    if (before === undefined) return { kind: 'lock-not-found' } as const
    const lock = { ...before, ...changes }
    const keys = { stillGood: 0, revoked: 0 }
    if (JSON.stringify(lock) === JSON.stringify(before)) return { kind: 'unchanged', lock, keys } as const
    this.locks.set(lockId, lock)
    return { kind: 'updated', lock, keys, event: this.#event(lockId, 'LockUpdated', atMs) } as const
  }
  async createTempKey(key: NewTempKey, by: Of<'createTempKey'>[1], atMs: number): Promise<CreateTempKeyResult> {
    this.#working()
    if (!this.locks.has(key.lockId)) return { kind: 'lock-not-found' }
    const before = this.keys.get(key.uuid)
    if (before !== undefined) {
      const same = Object.entries(key).every(
        ([name, value]) =>
          JSON.stringify(value) === JSON.stringify(Object.entries(before).find(([n]) => n === name)?.[1]),
      )
      return same ? { kind: 'exists', key: before, version: this.#version } : { kind: 'uuid-taken' }
    }
    const { accessMode, validFromMs, validUntilMs, maxUses, allowedUserIds } = key
    const createdBy = principalLabel(by)
    const shown = { accessMode, validFromMs, validUntilMs, maxUses }
    const stored = {
      ...key,
      usedCount: 0,
      heldCount: 0,
      createdBy,
      createdAtMs: atMs,
      revokedAtMs: null,
    }
    this.keys.set(key.uuid, stored)
    return {
      kind: 'created',
      key: stored,
      event: this.#event(
        key.lockId,
        'TempKeyCreated',
        atMs,
        { ...shown, createdBy },
        { tempKeyUuid: key.uuid, allowedUserIds },
      ),
    }
  }
  async updateTempKey() {
    return { kind: 'key-not-found' } as const
  }
  async revokeTempKey(...[uuid, , atMs]: Of<'revokeTempKey'>): Promise<RevokeTempKeyResult> {
    const key = this.keys.get(uuid)
    if (key === undefined) return { kind: 'key-not-found' }
    if (key.revokedAtMs !== null) return { kind: 'already-revoked', key, version: this.#version }
    const revoked = { ...key, revokedAtMs: atMs }
    this.keys.set(uuid, revoked)
    return {
      kind: 'revoked',
      key: revoked,
      event: this.#event(key.lockId, 'TempKeyDeleted', atMs, {}, { tempKeyUuid: uuid }),
    }
  }
  async reserve(reserve: Of<'reserve'>[0]) {
    this.#working()
    const { openingId, lockId, tempKeyUuid, atMs, idempotency } = reserve
    const key = tempKeyUuid === null ? null : (this.keys.get(tempKeyUuid) ?? 'unknown')
    if (key === 'unknown') return { kind: 'key-not-found' } as const
    const refusal = key === null ? null : tempKeyRefusal(key, atMs)
    if (refusal !== null) return { kind: refusal } as const
    this.#commands.push(reserve.command)
    if (key !== null) this.keys.set(key.uuid, { ...key, heldCount: key.heldCount + 1 })
    if (idempotency !== null) {
      this.#idempotent.set(idempotency.scopeHash, { requestHash: idempotency.requestHash, openingId })
    }
    const opening: Opening = {
      openingId,
      lockId,
      tempKeyUuid,
      userId: null,
      state: 'reserved',
      reason: null,
      corrected: false,
      startedAtMs: atMs,
      settledAtMs: null,
      usedCount: key?.usedCount ?? null,
      maxUses: key?.maxUses ?? null,
    }
    this.openings.set(openingId, opening)
    return { kind: 'reserved', opening } as const
  }
  async resign({ ack }: Of<'resign'>[0]): Promise<Settled> {
    return { kind: 'evidence', opening: this.openings.get(ack.openingId) ?? null }
  }
  async settle(...[ack, atMs]: Of<'settle'>): Promise<Settled> {
    const opening = this.openings.get(ack.openingId)
    if (opening === undefined) return { kind: 'orphan', opening: null }
    const change = transitionByAck(opening.state, ack, true)
    if (change === null) return { kind: 'evidence', opening }
    return { kind: 'settled', opening: this.#move(ack.openingId, change.next, change.reason, atMs, change.corrected) }
  }
  settleLate(...[ack, atMs]: Of<'settleLate'>) {
    return this.settle(ack, atMs)
  }
  async keepSurplus() {}
  async withdraw(...[openingId, reason, atMs]: Of<'withdraw'>) {
    return this.openings.get(openingId)?.state === 'reserved' ? this.#move(openingId, 'not-sent', reason, atMs) : null
  }
  async markNotSent(...[openingId, reason, atMs]: Of<'markNotSent'>) {
    return this.#move(openingId, 'not-sent', reason, atMs)
  }
  async markUnconfirmed(...[openingId, reason, atMs]: Of<'markUnconfirmed'>) {
    return this.#move(openingId, 'unconfirmed', reason, atMs)
  }
  async recordJoin() {}
  async recordDenial() {}
  async confirmClock() {}
  async decide({ openingId, state, reason, atMs }: Of<'decide'>[0]) {
    const opening = this.openings.get(openingId)
    if (opening === undefined) return null
    return opening.state === 'unconfirmed' ? this.#move(openingId, state, reason, atMs) : opening
  }
  async chargeOld() {
    return []
  }
  async keepTime() {}
  async close() {}
}
