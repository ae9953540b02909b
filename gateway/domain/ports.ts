import type { LockId, OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { RecordDenial } from './access/denial.ts'
import type { KnownWord, VerifiedAck } from './acks/ack.ts'
import type { Surplus } from './acks/surplus-book.ts'
import type { OpeningCursor, UnansweredPage } from './acks/unanswered.ts'
import type { LockEvent } from './events/events.ts'
import type { NewSiteEvent } from './events/site-event.ts'
import type { Lock } from './locks/lock.ts'
import type {
  CreateLock,
  CreateLockResult,
  CreateLocks,
  CreateLocksResult,
  GiveLockKey,
  GiveLockKeyResult,
  ReflashLockChange,
  ReflashLockResult,
  RetireLock,
  RetireLockResult,
  SetDoorPicture,
  SetDoorPictureResult,
  UpdateLock,
  UpdateLockResult,
} from './locks/lock-changes.ts'
import type { LockRecord } from './locks/lock-record.ts'
import type { SweptLocks } from './locks/swept-locks.ts'
import type { Decide } from './openings/judge-decision.ts'
import type { EndOpening, RecordJoin } from './openings/judge-end.ts'
import type { Reserve, ReserveResult } from './openings/judge-reserve.ts'
import type { Resign, Settle, Settled } from './openings/judge-settle.ts'
import type { Opening, StoredCommand } from './openings/opening.ts'
import type { Picture } from './pictures/picture.ts'
import type { TempKey } from './temp-keys/temp-key.ts'
import type {
  CreateTempKey,
  CreateTempKeyResult,
  CreateTempKeys,
  CreateTempKeysResult,
  FoundPage,
  RevokeTempKey,
  RevokeTempKeyResult,
  RevokeTempKeys,
  RevokeTempKeysResult,
  TempKeyListing,
  TempKeyPage,
  TempKeySearch,
  UpdateTempKey,
  UpdateTempKeyResult,
} from './temp-keys/temp-key-changes.ts'
import type { ConfirmClock } from './time/clock-confirmation.ts'

/**
 * The durable truth, by subject. A change is a method with one input, of an interface `ChangesOf…`: it
 * resolves only after it is on the disk, and rejects with StoreFault, which says whether it may be stored all the same.
 * Changes of one event-loop turn may share a commit; one that fails never takes another with it. `atMs` is UTC.
 */
export interface ReadsOfOpenings {
  findOpening(openingId: OpeningId): Promise<Opening | null>
  /** Openings whose id begins with these characters, at most `limit`. */
  openingsThatBegin(idStart: string, limit: number): Promise<readonly Opening[]>
  /** The key's newest opening on its door. */
  latestOpening(uuid: TempKeyUuid): Promise<Opening | null>
  /** The lock's newest opening, by whatever key or none. */
  latestOpeningOf(lockId: LockId): Promise<Opening | null>
  /** The oldest of those that hold a use of this key. */
  oldestUnsettledOf(uuid: TempKeyUuid): Promise<Opening | null>
  findIdempotent(scopeHash: string, atMs: number): Promise<{ requestHash: string; opening: Opening } | null>
  /** Openings that a request is at work on, or that one left behind because a change could not be stored. */
  reservedOpenings(locks: SweptLocks, limit: number): Promise<readonly OpeningId[]>
  /** Openings that are `unconfirmed`, oldest first, at most `limit`. */
  unsettledOpenings(limit: number): Promise<readonly Opening[]>
}

/** What locks have still to tell, and what is stored of what they told. */
export interface ReadsOfAcks {
  /** What is stored of the word that this ack brings. */
  knownWord(ack: VerifiedAck): Promise<KnownWord>
  /** The commands of an opening of which the lock has said nothing final, oldest first. */
  unansweredCommands(openingId: OpeningId): Promise<readonly StoredCommand[]>
  /** One page, at most `limit`, of the unanswered commands of a lock's unconfirmed openings, oldest opening first. */
  unansweredCommandsOf(lockId: LockId, after: OpeningCursor | null, limit: number): Promise<UnansweredPage>
  /** Locks with openings that are `unconfirmed`. */
  locksWithUnconfirmed(locks: SweptLocks): Promise<readonly LockId[]>
}

export interface ChangesOfOpenings {
  /** Transaction 1: re-checks everything, holds one use, stores the command's exact bytes. */
  reserve(asked: Reserve): Promise<ReserveResult>
  /** The freshness refusal of the first command and the one re-signed command, in one transaction. */
  resign(change: Resign): Promise<Settled>
  /** Transaction 2, for live and late acks alike: idempotent, in any order. */
  settle(change: Settle): Promise<Settled>
  /** Nothing was handed to the MQTT client: the use is released. */
  markNotSent(end: EndOpening): Promise<Opening>
  /**
   * For an opening whose `reserve` or `resign` was not answered: nothing was or will be sent for it that can move a bolt,
   * so whatever is stored of it releases its use. Changes of openings are done in the order in which they were asked: what
   * is asked after this finds the opening gone. Null when nothing of it is stored.
   */
  withdraw(end: EndOpening): Promise<Opening | null>
  /** The deadline passed without an ack: the use stays held. Changes nothing unless the opening is still `reserved`. */
  markUnconfirmed(end: EndOpening): Promise<Opening>
  recordJoin(join: RecordJoin): Promise<void>
  recordDenial(denial: RecordDenial): Promise<void>
  /** Null when there is no such opening; unchanged when it is not `unconfirmed`. */
  decide(decision: Decide): Promise<Opening | null>
  /** Charges what has been `unconfirmed` since before `startedBeforeMs`, a bounded number at once. */
  chargeOld(sweep: { locks: SweptLocks; startedBeforeMs: number; atMs: number }): Promise<readonly Opening[]>
  /** Stores how many acks came beyond those that are kept one by one, and the last orphaned ack of each kind. */
  keepSurplus(kept: { surplus: Surplus; atMs: number }): Promise<void>
}

export interface ChangesByLateAcks {
  /**
   * `settle` for an ack that nobody waits for. Each lock has its share of the writer, behind the openings: null when it
   * is used up. Then nothing is stored, and the lock will say it again.
   */
  settleLate(change: Settle): Promise<Settled | null>
}

export interface ReadsOfTempKeys {
  findTempKey(uuid: TempKeyUuid): Promise<TempKey | null>
  /** The key that staff's pages call by this number. */
  tempKeyNumbered(number: number): Promise<TempKey | null>
  numberOfTempKey(uuid: TempKeyUuid): Promise<number | null>
  listTempKeys(lockId: LockId | null, page: TempKeyListing): Promise<TempKeyPage>
  /** A bounded number of keys is looked at for one page. */
  searchTempKeys(search: TempKeySearch): Promise<FoundPage>
}

export interface ChangesOfTempKeys {
  createTempKey(asked: CreateTempKey): Promise<CreateTempKeyResult>
  /** In one transaction: all of them, or none. */
  createTempKeys(asked: CreateTempKeys): Promise<CreateTempKeysResult>
  updateTempKey(asked: UpdateTempKey): Promise<UpdateTempKeyResult>
  revokeTempKey(asked: RevokeTempKey): Promise<RevokeTempKeyResult>
  /** In one transaction: all of them, or none. */
  revokeTempKeys(asked: RevokeTempKeys): Promise<RevokeTempKeysResult>
}

export interface ReadsOfLocks {
  listLocks(): Promise<readonly Lock[]>
  /** As it is stored now; the version of its last event is always the newest. */
  findLock(lockId: LockId): Promise<Lock | null>
  /** All of one lock; keys are judged at `atMs`. At most 100 of its unsettled openings. */
  lockRecord(lockId: LockId, atMs: number): Promise<LockRecord | null>
  /** Its openings of which nobody knows the end, oldest first, at most `limit` besides the one that runs now. */
  unsettledOf(lockId: LockId, limit: number): Promise<LockRecord['unsettled']>
  /** When somebody last said that it has new batteries; null when nobody did. */
  batteryReplacedAtMs(lockId: LockId): Promise<number | null>
  /** There is an opening of which only this lock knows the end. */
  owesWords(lockId: LockId): Promise<boolean>
  /** Never held in memory: only the page that shows it needs it. */
  findDoorPicture(lockId: LockId): Promise<Picture | null>
  /** Locks that got their first key before this, and have never been online; at most `limit`, oldest first. */
  locksNotArrived(keyedBeforeMs: number, limit: number): Promise<readonly LockId[]>
  /** The newest opening of each lock that has one, by the lock's number; of at most `limit` locks after this one. */
  latestOpenings(afterLockId: number, limit: number): Promise<readonly Opening[]>
  eventsOf(lockId: LockId, page: { afterVersion: number; limit: number }): Promise<readonly LockEvent[]>
}

export interface ChangesOfLocks {
  createLock(asked: CreateLock): Promise<CreateLockResult>
  createLocks(asked: CreateLocks): Promise<CreateLocksResult>
  giveLockKey(asked: GiveLockKey): Promise<GiveLockKeyResult>
  reflashLock(asked: ReflashLockChange): Promise<ReflashLockResult>
  updateLock(asked: UpdateLock): Promise<UpdateLockResult>
  retireLock(asked: RetireLock): Promise<RetireLockResult>
  setDoorPicture(asked: SetDoorPicture): Promise<SetDoorPictureResult>
  /** They were online: what is stored before stays. */
  noteArrivals(noted: { lockIds: readonly LockId[]; atMs: number }): Promise<void>
}

export interface StoredTime {
  /** The largest time any change was stored at, UTC ms; 0 in a new store. Held in memory. */
  lastStoredMs(): number
}

export interface ChangesOfTime {
  /** Lets the store remember that this much time has passed, and forget idempotency rows older than 24 h. */
  keepTime(kept: { atMs: number }): Promise<void>
  /** A person says that `atMs` is the time: every later time that was stored before no longer counts. */
  confirmClock(confirmed: ConfirmClock): Promise<void>
}

export interface ChangesOfSite {
  recordSiteEvent(event: NewSiteEvent): Promise<void>
}

/** What openings ask of a store. */
export type StoreOfOpenings = ReadsOfOpenings &
  ReadsOfAcks &
  ChangesOfOpenings &
  ChangesByLateAcks &
  Pick<ReadsOfTempKeys, 'findTempKey'> &
  StoredTime

/** Everything about locks, their keys and what happens at them. */
export type Store = StoreOfOpenings &
  ReadsOfTempKeys &
  ChangesOfTempKeys &
  ReadsOfLocks &
  ChangesOfLocks &
  ChangesOfSite &
  ChangesOfTime & { close(): Promise<void> }

/** Structured facts, never secrets. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
