import type { LockId, NoticeId } from '#protocol/ids.ts'
import type { Alarm, AlarmName, Sighting } from './alarms/alarm.ts'
import type { AcknowledgeAlarm, AcknowledgeAlarmResult, MuteAlarms, UnmuteAlarms } from './alarms/judge-alarm-change.ts'
import type { BatteryReplacedResult, ReplaceBattery } from './alarms/judge-battery-replaced.ts'
import type { Mute } from './alarms/mute.ts'
import type { DeliveryRecord, Notice, NoticeTry, WaitingNotice } from './notices/notice.ts'

/** What is asked of a store about alarms, and about the messages that tell of them. Rules as in `ports.ts`. */
export interface ReadsOfAlarms {
  /** Those that stand, in a stable order. */
  standingAlarms(limit: number): Promise<readonly Alarm[]>
  /** One page, newest first. */
  alarmsBefore(page: AlarmPage): Promise<readonly Alarm[]>
  /** The newest of one lock, whether they stand or have ended. */
  alarmsOfLock(lockId: LockId, limit: number): Promise<readonly Alarm[]>
  /** Those that stand, began or ended since, of the newest; at most `limit`, in no order. */
  recentAlarms(sinceMs: number, limit: number): Promise<readonly Alarm[]>
  /** How many alarms of each lock began since; read in steps between which other work is done. */
  countAlarms(sinceMs: number): Promise<AlarmCounts>
  /** Mutes that nobody ended and whose time is not over. */
  mutesAt(nowMs: number): Promise<readonly Mute[]>
}
export interface AlarmPage {
  /** Exclusive. */
  readonly beforeId: number
  readonly limit: number
  readonly includePast: boolean
}
export interface AlarmCounts {
  /** In no order. */
  readonly counts: readonly { readonly lockId: LockId; readonly count: number }[]
  /** False when there were more than a read looks through; then the newest are counted. */
  readonly isAll: boolean
}
export interface ChangesOfAlarms {
  /** Raises the alarm; when it is raised already, adds to its count. */
  raiseAlarm(seen: { sighting: Sighting; atMs: number }): Promise<void>
  /** False when it did not stand. */
  clearAlarm(cleared: AlarmName & { atMs: number }): Promise<boolean>
  acknowledgeAlarm(asked: AcknowledgeAlarm): Promise<AcknowledgeAlarmResult>
  /** Ends the alarms of the old battery, and keeps when it was. */
  replaceBattery(asked: ReplaceBattery): Promise<BatteryReplacedResult>
  muteAlarms(asked: MuteAlarms): Promise<Mute>
  /** Those that it ended. */
  unmuteAlarms(asked: UnmuteAlarms): Promise<readonly Mute[]>
}
export type AlarmStore = ReadsOfAlarms & ChangesOfAlarms

/** Messages to those who are told of alarms: an outbox, and what each of them knows by now. */
export interface ReadsOfNotices {
  /** The next of this recipient's that is neither delivered nor given up, due or not; null for none. */
  oldestWaitingNotice(recipient: string): Promise<WaitingNotice | null>
  /** Neither delivered nor given up; oldest first. */
  waitingNotices(limit: number): Promise<readonly WaitingNotice[]>
  /** What each recipient was told, as the judgement of messages wrote it down. */
  noticeDesks(): Promise<readonly NoticeDeskRow[]>
  /** Of every recipient that was ever tried or told. */
  deliveryRecords(): Promise<readonly DeliveryRecord[]>
  /** By quarters of an hour in which any were made, oldest first, at most `limit`. */
  countNotices(sinceMs: number, limit: number): Promise<readonly NoticeCount[]>
}
export interface NoticeDeskRow {
  readonly recipient: string
  /** JSON; only `domain/notices` knows what is in it. */
  readonly state: string
}
export interface NoticeCount {
  /** UTC of the beginning of the quarter. */
  readonly fromMs: number
  readonly count: number
}
export interface KeepNotices {
  readonly notices: readonly Notice[]
  readonly desks: readonly NoticeDeskRow[]
  readonly atMs: number
}
export interface NoteNoticeTry {
  readonly id: NoticeId
  readonly tried: NoticeTry
  readonly atMs: number
}
export interface NoteReceiverWorks {
  /** Name of an entry of `alarms.notify`. */
  readonly recipient: string
  readonly atMs: number
}
export interface ChangesOfNotices {
  /** Puts notices into the outbox, and what their recipients know by them, in one transaction. One with a known id is left out. */
  keepNotices(kept: KeepNotices): Promise<void>
  /** False when it does not wait any more. */
  noteNoticeTry(noted: NoteNoticeTry): Promise<boolean>
  /** A message that was never in the outbox arrived: the way to this recipient works. */
  noteReceiverWorks(noted: NoteReceiverWorks): Promise<void>
}
export type NoticeStore = ReadsOfNotices & ChangesOfNotices
