import type { KeyRef, LockId, OpeningId, TempKeyUuid, UserId } from '#protocol/ids.ts'
import type { Principal } from './access/principal.ts'
import type { KnownWord, VerifiedAck } from './acks/ack.ts'
import type { Surplus } from './acks/surplus-book.ts'
import type { LockEvent } from './events/events.ts'
import type { Lock } from './locks/lock.ts'
import type {
  CreateLockResult,
  GiveLockKeyResult,
  LockChanges,
  LockKey,
  LockReflash,
  NewLock,
  NotTheirs,
  ReflashLockResult,
  UpdateLockHow,
  UpdateLockResult,
} from './locks/lock-changes.ts'
import type { PreparedLimits } from './locks/prepared-locks.ts'
import type { Opening, StoredCommand } from './openings/opening.ts'
import type { AccessMode, TempKey, TempKeyContradiction, TempKeyRefusal, TempKeyStatus } from './temp-keys/temp-key.ts'

/** The store could not do it. A fault, never an outcome. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  /** Nobody knows whether the change is stored: its writer died, or the disk has not answered yet. Otherwise it is not. */
  readonly mayBeStored: boolean

  constructor(message: string, { mayBeStored = false, ...options }: ErrorOptions & { mayBeStored?: boolean } = {}) {
    super(message, options)
    this.mayBeStored = mayBeStored
  }
}

/** A command with its exact bytes: fixed and stored before it is published. */
export interface SignedCommand extends StoredCommand {
  readonly message: string
}

export interface IdempotencyScope {
  /** SHA-256 of route, key, principal and Idempotency-Key: the table holds no secret. */
  readonly scopeHash: string
  /** SHA-256 of the request's body. */
  readonly requestHash: string
}

export interface NewTempKey {
  readonly uuid: TempKeyUuid
  readonly lockId: LockId
  readonly accessMode: AccessMode
  readonly allowedUserIds: readonly UserId[]
  readonly validFromMs: number
  readonly validUntilMs: number
  readonly maxUses: number | null
  readonly description: string | null
}

export type CreateTempKeyResult =
  | { readonly kind: 'created'; readonly key: TempKey; readonly event: LockEvent }
  /** The same UUID with the same body. */
  | { readonly kind: 'exists'; readonly key: TempKey; readonly version: number }
  | { readonly kind: 'uuid-taken' }
  /** A revoked key stays revoked: who makes it again would be told of a key that opens nothing. */
  | { readonly kind: 'key-revoked' }
  | { readonly kind: 'lock-not-found' }
  | NotTheirs
/** An absent field is never touched. */
export type TempKeyChanges = Partial<
  Pick<NewTempKey, 'validFromMs' | 'validUntilMs' | 'maxUses' | 'allowedUserIds' | 'accessMode'>
>
export type UpdateTempKeyResult =
  | { readonly kind: 'updated'; readonly key: TempKey; readonly event: LockEvent }
  | { readonly kind: 'unchanged'; readonly key: TempKey; readonly version: number }
  | { readonly kind: 'key-not-found' | 'key-revoked' }
  /** What the change would leave makes no sense together with what is stored. */
  | { readonly kind: TempKeyContradiction }
  | NotTheirs
export type RevokeTempKeyResult =
  | { readonly kind: 'revoked'; readonly key: TempKey; readonly event: LockEvent }
  | { readonly kind: 'already-revoked'; readonly key: TempKey; readonly version: number }
  | { readonly kind: 'key-not-found' }
  | NotTheirs
export interface Reserve {
  readonly openingId: OpeningId
  readonly lockId: LockId
  /** Null for an opening without a temp key. */
  readonly tempKeyUuid: TempKeyUuid | null
  readonly principal: Principal
  readonly command: SignedCommand
  readonly idempotency: IdempotencyScope | null
  /** What a client said of an opening without a key. */
  readonly said?: OpenRequestNote
  readonly atMs: number
}
export interface OpenRequestNote {
  readonly reason: string | null
  readonly requestId: string | null
}
export type ReserveResult =
  | { readonly kind: 'reserved'; readonly opening: Opening }
  | { readonly kind: 'key-not-found' | 'not-whitelisted' }
  | { readonly kind: TempKeyRefusal }

export interface Settled {
  /**
   * `settled`: the ack changed the opening. `evidence`: stored, and the opening stays as it is. `repeat`: this result of
   * this command was stored before, in these bytes or in others. `orphan`: no stored command has this id and hash; stored
   * and alarmed all the same.
   */
  readonly kind: 'settled' | 'evidence' | 'repeat' | 'orphan'
  /** The opening as it now stands; null for an orphan. */
  readonly opening: Opening | null
}

/** A place in the order of one lock's unconfirmed openings. */
export interface OpeningCursor {
  readonly startedAtMs: number
  readonly rowId: number
}

export interface UnansweredPage {
  readonly commands: readonly StoredCommand[]
  /** Where to go on; null at the end. */
  readonly next: OpeningCursor | null
}

export interface TempKeyListing {
  readonly limit: number
  readonly cursor: string | null
  readonly includeRevoked: boolean
  /** The last `limit` keys in place of those after the cursor. */
  readonly newest?: boolean
  /** Only keys that have this status at that time, UTC ms. */
  readonly status?: { readonly is: TempKeyStatus; readonly atMs: number }
}

export interface TempKeyPage {
  readonly keys: readonly TempKey[]
  readonly nextCursor: string | null
}

/**
 * The durable truth. Every promise of a change resolves only after it is on the disk, and rejects with StoreFault when
 * nothing of it is. Jobs of one event-loop turn may share a commit; one that fails never takes another with it.
 */
export interface Store {
  // reads
  findTempKey(uuid: TempKeyUuid): Promise<TempKey | null>
  /** The key's newest opening on its door. */
  latestOpening(uuid: TempKeyUuid): Promise<Opening | null>
  findOpening(openingId: OpeningId): Promise<Opening | null>
  /** Openings whose id begins with these characters, at most `limit`. */
  openingsThatBegin(idStart: string, limit: number): Promise<readonly Opening[]>
  /** What is stored of the word that this ack brings. */
  knownWord(ack: VerifiedAck): Promise<KnownWord>
  /** The commands of an opening of which the lock has said nothing final, oldest first. */
  unansweredCommands(openingId: OpeningId): Promise<readonly StoredCommand[]>
  /** The same of the unconfirmed openings of one lock, oldest first, after the cursor: some at a time, at most `limit`. */
  unansweredCommandsOf(lockId: LockId, after: OpeningCursor | null, limit: number): Promise<UnansweredPage>
  /** Locks with openings that are `unconfirmed`. */
  locksWithUnconfirmed(): Promise<readonly LockId[]>
  /** Openings that a request is at work on, or that one left behind because a change could not be stored. */
  reservedOpenings(limit: number): Promise<readonly OpeningId[]>
  /** Openings that are `unconfirmed`, oldest first, at most `limit`. */
  unsettledOpenings(limit: number): Promise<readonly Opening[]>
  /** The oldest of those that hold a use of this key. */
  oldestUnsettledOf(uuid: TempKeyUuid): Promise<Opening | null>
  listLocks(): Promise<readonly Lock[]>
  /** As it is stored now; the version of its last event is always the newest. */
  findLock(lockId: LockId): Promise<Lock | null>
  /** The lock's newest opening, by whatever key or none. */
  latestOpeningOf(lockId: LockId): Promise<Opening | null>
  listTempKeys(lockId: LockId | null, page: TempKeyListing): Promise<TempKeyPage>
  eventsOf(lockId: LockId, page: { afterVersion: number; limit: number }): Promise<readonly LockEvent[]>
  findIdempotent(scopeHash: string, atMs: number): Promise<{ requestHash: string; opening: Opening } | null>
  /** The largest time any change was stored at, UTC ms; 0 in a new store. Held in memory. */
  lastStoredMs(): number

  // changes
  /** @param limits of what programs may prepare; without them it is not counted */
  createLock(lock: NewLock, by: Principal, atMs: number, limits?: PreparedLimits): Promise<CreateLockResult>
  /** Completes a lock that has no public key yet. One that a program created has to be taken over: that revokes its keys. */
  giveLockKey(
    lockId: LockId,
    key: LockKey,
    by: Principal,
    atMs: number,
    how: { takeOver: boolean },
  ): Promise<GiveLockKeyResult>
  /** Another password for a lock that has one, and another key pair, which counts one `keyGeneration` more. */
  reflashLock(lockId: LockId, reflash: LockReflash, by: Principal, atMs: number): Promise<ReflashLockResult>
  updateLock(
    lockId: LockId,
    changes: LockChanges,
    by: Principal,
    atMs: number,
    how?: UpdateLockHow,
  ): Promise<UpdateLockResult>
  createTempKey(key: NewTempKey, by: Principal, atMs: number): Promise<CreateTempKeyResult>
  updateTempKey(
    lockId: LockId,
    uuid: TempKeyUuid,
    changes: TempKeyChanges,
    by: Principal,
    atMs: number,
  ): Promise<UpdateTempKeyResult>
  revokeTempKey(uuid: TempKeyUuid, by: Principal, atMs: number): Promise<RevokeTempKeyResult>
  /** Transaction 1: re-checks everything, holds one use, stores the command's exact bytes. */
  reserve(reserve: Reserve): Promise<ReserveResult>
  /** The freshness refusal of the first command and the one re-signed command, in one transaction. */
  resign(change: { ack: VerifiedAck; command: SignedCommand; atMs: number }): Promise<Settled>
  /** Transaction 2, for live and late acks alike: idempotent, in any order. */
  settle(ack: VerifiedAck, atMs: number): Promise<Settled>
  /**
   * The same for an ack that nobody waits for. Each lock has its share of the writer, behind the openings: null when it
   * is used up. Then nothing is stored, and the lock will say it again.
   */
  settleLate(ack: VerifiedAck, atMs: number): Promise<Settled | null>
  /** Counts of what locks said beyond what is kept, and the last orphans of each kind. */
  keepSurplus(surplus: Surplus, atMs: number): Promise<void>
  /** Nothing was handed to the MQTT client: the use is released. */
  markNotSent(openingId: OpeningId, reason: string, atMs: number): Promise<Opening>
  /**
   * For an opening whose `reserve` or `resign` was not answered: nothing was or will be sent for it that can move a bolt,
   * so whatever is stored of it releases its use. Jobs of openings are done in the order in which they were asked: what
   * is asked after this finds the opening gone. Null when nothing of it is stored.
   */
  withdraw(openingId: OpeningId, reason: string, atMs: number): Promise<Opening | null>
  /** The deadline passed without an ack: the use stays held. Changes nothing unless the opening is still `reserved`. */
  markUnconfirmed(openingId: OpeningId, reason: string, atMs: number): Promise<Opening>
  recordJoin(join: {
    openingId: OpeningId
    principal: Principal
    /** False: its request is remembered, and no event says that it joined. */
    isEvent: boolean
    idempotency: IdempotencyScope | null
    atMs: number
  }): Promise<void>
  recordDenial(denial: {
    lockId: LockId
    keyRef: KeyRef | null
    reason: string
    principal: Principal
    /** How many denials alike this one stands for, 1 or more. */
    count: number
    atMs: number
  }): Promise<void>
  /** An operator's word on an `unconfirmed` opening, or its age. Null when there is no such opening; unchanged when it is final. */
  decide(decision: {
    openingId: OpeningId
    state: 'charged' | 'released'
    reason: string
    by: Principal | 'age'
    atMs: number
  }): Promise<Opening | null>
  /** Charges what has been `unconfirmed` since before `startedBeforeMs`. */
  chargeOld(startedBeforeMs: number, atMs: number): Promise<readonly Opening[]>
  /** Lets the store remember that this much time has passed, and forget idempotency rows older than 24 h. */
  keepTime(atMs: number): Promise<void>
  /** A person says that `atMs` is the time: every later time that was stored before no longer counts. */
  confirmClock(by: Principal, atMs: number): Promise<void>

  close(): Promise<void>
}

/** Structured facts, never secrets. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
