import type { LockId } from '#protocol/ids.ts'
import type { NewAlarm } from '#store/tables/alarms.ts'
import { createApiKey, noteApiKeyUses, revokeApiKey } from '#store/tables/api-keys.ts'
import { sweepRevokedKeys } from '#store/tables/key-revocations.ts'
import { createLock, giveLockKey, updateLock } from '#store/tables/locks.ts'
import { pinSite } from '#store/tables/site.ts'
import { createTempKey, revokeTempKey } from '#store/tables/temp-keys.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { confirmClock } from './confirm-clock.ts'
import { keepSurplus } from './keep-surplus.ts'
import {
  chargeOld,
  decide,
  markNotSent,
  markUnconfirmed,
  recordDenial,
  recordJoin,
  recover,
  withdraw,
} from './opening-changes.ts'
import { reflashLock } from './reflash-lock.ts'
import { reserve } from './reserve.ts'
import { resign, settle } from './settle.ts'
import { updateTempKey } from './update-temp-key.ts'

/** A job that returned a promise would go on after its transaction: such a table does not compile. */
type Synchronous<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends (...input: never[]) => PromiseLike<unknown> ? never : Table[Name]
}
export const jobTable = <Table extends object>(table: Table & Synchronous<Table>): Table => table

/** Everything that can change the store, by name. A job runs inside a transaction that it shares with others. */
const table = jobTable({
  createLock,
  giveLockKey,
  reflashLock,
  updateLock,
  createTempKey,
  updateTempKey,
  revokeTempKey,
  reserve,
  resign,
  settle,
  markNotSent,
  markUnconfirmed,
  withdraw,
  recordJoin,
  recordDenial,
  keepSurplus,
  decide,
  chargeOld,
  recover,
  confirmClock,
  pinSite,
  sweepRevokedKeys: (tx: Transaction, _: null): boolean => sweepRevokedKeys(tx),
  keepTime: (tx: Transaction, atMs: number): boolean => {
    tx.keepLastTime(atMs)
    const hasSwept = sweepRevokedKeys(tx)
    return tx.forgetOld(atMs) || hasSwept
  },
  raiseAlarm: (tx: Transaction, { alarm, atMs, times }: { alarm: NewAlarm; atMs: number; times: number }): null => {
    tx.raiseAlarm(alarm, atMs, times)
    return null
  },
  createApiKey,
  revokeApiKey,
  noteApiKeyUses,
  clearAlarm: (tx: Transaction, alarm: { kind: string; lockId: LockId | null; atMs: number }): boolean =>
    tx.clearAlarm(alarm.kind, alarm.lockId, alarm.atMs),
})

type Table = typeof table
export type JobName = keyof Table
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
export const carriesLocksWord = (job: Job): boolean => job.name === 'settle' || job.name === 'resign'
