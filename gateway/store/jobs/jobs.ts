import type { ChangesOfApiKeys, ChangesOfStaff } from '#domain/access-ports.ts'
import type { ChangesOfAlarms, ChangesOfNotices } from '#domain/alarm-ports.ts'
import type {
  ChangesOfLocks,
  ChangesOfOpenings,
  ChangesOfSite,
  ChangesOfTempKeys,
  ChangesOfTime,
} from '#domain/ports.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { acknowledgeAlarm, clearAlarm, muteAlarms, raiseAlarm, replaceBattery, unmuteAlarms } from './alarms.ts'
import { createApiKey, noteApiKeyUses, revokeApiKey } from './api-keys.ts'
import { chargeOld, decide } from './decide.ts'
import { markNotSent, markUnconfirmed, withdraw } from './end-opening.ts'
import { keepSurplus } from './keep-surplus.ts'
import {
  createLock,
  createLocks,
  giveLockKey,
  noteArrivals,
  reflashLock,
  retireLock,
  setDoorPicture,
  updateLock,
} from './locks.ts'
import { keepNotices, noteNoticeTry, noteReceiverWorks } from './notices.ts'
import { pinSite } from './pin-site.ts'
import { recordDenial, recordJoin, recordSiteEvent } from './record.ts'
import { recover } from './recover.ts'
import { reserve } from './reserve.ts'
import { sweepRevokedKeys } from './revoke-keys-of-lock.ts'
import { resign, settle } from './settle.ts'
import { addStaff, beginStaffSession, changeStaff, endStaffSessions, noteStaffSeen } from './staff.ts'
import { createTempKey, createTempKeys, revokeTempKey, revokeTempKeys, updateTempKey } from './temp-keys.ts'
import { confirmClock, keepTime } from './time.ts'

/** A job that returned a promise would go on after its transaction: such a table does not compile. */
type Synchronous<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends (...input: never[]) => PromiseLike<unknown> ? never : Table[Name]
}
export const jobTable = <Table extends object>(table: Table & Synchronous<Table>): Table => table

/** Declared once, in the domain's ports: a name, one input, one answer. */
type Changes = ChangesOfOpenings &
  ChangesOfTempKeys &
  ChangesOfLocks &
  ChangesOfSite &
  ChangesOfTime &
  ChangesOfApiKeys &
  ChangesOfStaff &
  ChangesOfAlarms &
  ChangesOfNotices
type JobsFor<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (input: infer Input) => Promise<infer Answer>
    ? (tx: Transaction, input: Input) => Answer
    : never
}

/** A job for each change that the domain asks for. It runs inside a transaction that it shares with others. */
const changes = {
  reserve,
  resign,
  settle,
  markNotSent,
  markUnconfirmed,
  withdraw,
  recordJoin,
  recordDenial,
  recordSiteEvent,
  decide,
  chargeOld,
  keepSurplus,
  createTempKey,
  createTempKeys,
  updateTempKey,
  revokeTempKey,
  revokeTempKeys,
  createLock,
  createLocks,
  giveLockKey,
  reflashLock,
  updateLock,
  retireLock,
  setDoorPicture,
  noteArrivals,
  keepTime,
  confirmClock,
  createApiKey,
  revokeApiKey,
  noteApiKeyUses,
  addStaff,
  changeStaff,
  beginStaffSession,
  endStaffSessions,
  noteStaffSeen,
  raiseAlarm,
  clearAlarm,
  acknowledgeAlarm,
  replaceBattery,
  muteAlarms,
  unmuteAlarms,
  keepNotices,
  noteNoticeTry,
  noteReceiverWorks,
} satisfies JobsFor<Changes>

/** Everything that can change the store, by name: the domain's changes, and what the store does for itself. */
const table = jobTable({
  ...changes,
  recover,
  pinSite,
  sweepRevokedKeys: (tx: Transaction, _: null): boolean => sweepRevokedKeys(tx),
})

type Table = typeof table
export type JobName = keyof Table
export type ChangeName = keyof typeof changes
export type JobInput = { readonly [Name in JobName]: Parameters<Table[Name]>[1] }
export type JobResult = { readonly [Name in JobName]: ReturnType<Table[Name]> }
type JobOf<Names extends JobName> = {
  readonly [Name in Names]: { readonly id: number; readonly name: Name; readonly input: JobInput[Name] }
}[Names]
export type Job = JobOf<JobName>

const runners: { readonly [Name in JobName]: (tx: Transaction, input: JobInput[Name]) => JobResult[Name] } = table

export const runJob = <Name extends JobName>(tx: Transaction, job: JobOf<Name>): JobResult[Name] =>
  runners[job.name](tx, job.input)

/** The lock's own words: when a shared commit fails they are tried once more, before anything else. */
export const carriesAck = (job: Job): boolean => job.name === 'settle' || job.name === 'resign'

const isChangeName = (name: string): name is ChangeName => Object.hasOwn(changes, name)
export const CHANGE_NAMES: readonly ChangeName[] = Object.keys(changes).filter(isChangeName)
