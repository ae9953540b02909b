import type { ApiKey } from '#domain/access/api-key.ts'
import type { Staff } from '#domain/access/staff.ts'
import type { KeepNotices, NoteNoticeTry } from '#domain/alarm-ports.ts'
import type { Alarm, Sighting } from '#domain/alarms/alarm.ts'
import { judgeSighting } from '#domain/alarms/alarm.ts'
import { kindOfAlarm } from '#domain/alarms/alarm-kinds.ts'
import { AlarmLog } from '#domain/alarms/alarm-log.ts'
import { Alarms } from '#domain/alarms/alarms.ts'
import {
  BATTERY_KINDS,
  type BatteryReplacedResult,
  judgeBatteryReplaced,
  type ReplaceBattery,
} from '#domain/alarms/judge-battery-replaced.ts'
import type { Mute, MuteScope } from '#domain/alarms/mute.ts'
import { alarmNameOf } from '#domain/alarms/sighting-counts.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockPresence } from '#domain/locks/lock-link.ts'
import type { Notice } from '#domain/notices/notice.ts'
import type { Recipient } from '#domain/notices/recipient.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { NoticeDesk } from '#domain/telling/notice-desk.ts'
import type { DiskVerdict } from '#domain/upkeep/regular-write.ts'
import { startWatchingAlarms } from '#domain/upkeep/watching-alarms.ts'
import type { LockId, NoticeId } from '#protocol/ids.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { lockId, newLock, T0 } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const AWAY: LockPresence = {
  ...{ online: false, answers: false, offlineCause: 'not-connected', sinceMs: null, lastSeenMs: null },
  ...{ door: 'unknown', batteryPercent: null },
}

/** A site of many locks in simulated time: what it is told of them, and the alarms that come of it. */
export class WatchedTestSite {
  readonly clock: ManualClock
  readonly locks: Lock[]
  readonly presence = new Map<LockId, LockPresence>()
  readonly notArrived = new Map<LockId, number>()
  /** Every alarm that was ever stored, standing or past. */
  readonly stored: Alarm[] = []
  readonly link = { connected: true, presence: (id: LockId) => this.presence.get(id) ?? AWAY }
  readonly lines: string[] = []
  writes = 0
  freePercent: number | null = 50
  linesLost = 0
  disk: DiskVerdict = { kind: 'good' }
  lastStoredMs = 0
  apiKeys: readonly ApiKey[] = []
  staff: readonly Staff[] = []
  unconfirmed: readonly Opening[] = []
  mutes: Mute[] = []
  recipients: readonly Recipient[] = [{ name: 'night', leastSeverity: 'warning', quietHours: null }]
  /** Messages that are stored, in their order. */
  readonly told: Notice[] = []
  readonly desks = new Map<string, string>()
  /** Delivered though the store did not take them. */
  readonly unstored: Notice[] = []
  readonly deliveries = {
    look: () => {},
    sendUnstored: (notices: readonly Notice[]) => void this.unstored.push(...notices),
    areStored: (_: string, ids: ReadonlySet<NoticeId>) => this.unstored.flatMap(({ id }) => (ids.has(id) ? [id] : [])),
  }
  readonly tried: NoticeId[] = []
  #stop = () => {}

  constructor(count: number, startMs = T0) {
    this.clock = new ManualClock(startMs)
    this.locks = Array.from({ length: count }, (_, n) => ({
      ...newLock(n + 1),
      ...{
        directions: null,
        offlineAfterMin: null,
        keyGeneration: 1,
        version: 1,
        createdAtMs: T0,
        retiredAtMs: null,
        lastCommand: null,
      },
      keyMadeBy: 'lock' as const,
    }))
  }

  /** Starts the watch, as a new process on the same store does: it has heard of no battery yet. */
  async start(): Promise<void> {
    this.#stop()
    for (const [id, presence] of this.presence) {
      this.presence.set(id, { ...presence, batteryPercent: null, lastSeenMs: null })
    }
    const say = (fields: object, message: string) => void this.lines.push(`${message} ${JSON.stringify(fields)}`)
    const log = new AlarmLog({ info: say, warn: say, error: say }, this.clock)
    const alarms = new Alarms({ store: this, log, clock: this.clock })
    this.alarms = alarms
    await alarms.begin()
    const { clock, link, locks, recipients } = this
    const inBackground = (work: Promise<void>) =>
      void work.catch((error: unknown) => this.lines.push(`failed ${String(error)}`))
    const desk = new NoticeDesk({
      ...{ store: this, alarms, clock, recipients, zone: zoneNamed('Europe/Berlin'), offlineAfterMs: 600_000 },
      ...{ deliveries: this.deliveries, inBackground },
      locks: { list: () => locks, get: (id) => locks[id - 1] ?? null },
      log: { info: () => {} },
    })
    await desk.begin()
    this.desk = desk
    this.#stop = startWatchingAlarms({
      ...{ alarms, desk, clock },
      inBackground,
      site: {
        ...{ clock, link, store: this, offlineAfterMs: 600_000 },
        locks: { list: () => locks },
        apiKeys: { list: () => this.apiKeys },
        staff: { list: () => this.staff },
        writes: { verdict: () => this.disk },
        clockTrust: { releasedAtMs: 0, lastStoredMs: () => this.lastStoredMs },
        freePercent: () => this.freePercent,
        linesLost: () => this.linesLost,
        nobodyTold: desk.nobodyTold,
        batterySinceMs: alarms.batterySinceMs,
      },
    })
  }
  alarms: Alarms | null = null
  desk: NoticeDesk | null = null

  async passMin(minutes: number): Promise<void> {
    await this.clock.passMs(minutes * 60_000)
  }

  /** Locks come or go, all of them when none is named. */
  set(online: boolean, ...ids: readonly number[]): void {
    const named = ids.length === 0 ? this.locks.map((lock) => lock.lockId) : ids.map(lockId)
    for (const id of named) {
      const before = this.presence.get(id) ?? AWAY
      const nowMs = this.clock.nowMs()
      const seen = online ? { lastSeenMs: nowMs } : {}
      const offlineCause = online ? null : 'not-connected'
      this.presence.set(id, { ...before, online, answers: online, offlineCause, sinceMs: nowMs, ...seen })
    }
  }

  /** A lock tells of its battery. */
  async report(id: number, batteryPercent: number | null): Promise<void> {
    await this.clock.passMs(5_000)
    const before = this.presence.get(lockId(id)) ?? AWAY
    this.presence.set(lockId(id), { ...before, batteryPercent, lastSeenMs: this.clock.nowMs() })
    await this.clock.passMs(5_000)
  }

  /** `kind lock`, of what stands now, in a stable order. */
  get standing(): string[] {
    const standing = this.stored.filter(({ clearedAtMs }) => clearedAtMs === null)
    return [...standing, ...(this.alarms?.unstored ?? [])].map(nameOf).sort()
  }

  lock(id: number): LockId {
    return lockId(id)
  }

  area(area: string, ids: readonly number[]): void {
    for (const [at, lock] of this.locks.entries()) if (ids.includes(lock.lockId)) this.locks[at] = { ...lock, area }
  }

  /** Titles of the messages that a recipient got. */
  titlesOf(recipient = 'night'): string[] {
    return this.told.filter((notice) => notice.recipient === recipient).map(({ title }) => title)
  }

  /** Somebody sees to an alarm that stands. */
  acknowledge(kind: string): void {
    const at = this.stored.findIndex((alarm) => alarm.kind === kind && alarm.clearedAtMs === null)
    const before = this.stored[at]
    if (before === undefined) throw new Error(`no ${kind} stands`)
    const acknowledged = { atMs: this.clock.nowMs(), name: 'Ada', word: 'on my way' }
    this.stored[at] = { ...before, acknowledged, clearedAtMs: isOccurrence(kind) ? acknowledged.atMs : null }
  }

  mute(scope: MuteScope, minutes: number): void {
    const sinceMs = this.clock.nowMs()
    const untilMs = sinceMs + minutes * 60_000
    this.mutes.push({ id: this.mutes.length + 1, scope, sinceMs, untilMs, mutedBy: 'owner' })
  }

  raisedOf(kind: string): Alarm[] {
    return this.stored.filter((alarm) => alarm.kind === kind)
  }

  async standingAlarms() {
    return this.stored.filter(({ clearedAtMs }) => clearedAtMs === null)
  }
  async raiseAlarm({ sighting, atMs }: { sighting: Sighting; atMs: number }) {
    this.#mustWrite()
    const isIt = (alarm: Alarm) => alarm.clearedAtMs === null && nameOf(alarm) === alarmNameOf(sighting)
    const at = this.stored.findIndex(isIt)
    const after = judgeSighting(sighting, this.stored[at] ?? null, atMs)
    if (at >= 0) this.stored[at] = after
    else this.stored.push({ ...after, id: this.stored.length + 1 })
  }
  async clearAlarm({ kind, lockId: id, atMs }: { kind: string; lockId: LockId | null; atMs: number }) {
    this.#mustWrite()
    const at = this.stored.findIndex((alarm) => alarm.clearedAtMs === null && nameOf(alarm) === `${kind} ${id}`)
    const before = this.stored[at]
    if (before !== undefined) this.stored[at] = { ...before, clearedAtMs: atMs }
    return before !== undefined
  }
  async replaceBattery(asked: ReplaceBattery): Promise<BatteryReplacedResult> {
    const lock = this.locks[asked.lockId - 1] ?? null
    const verdict = judgeBatteryReplaced(asked, lock)
    if (verdict.kind !== 'battery-replaced') return verdict
    for (const kind of BATTERY_KINDS) await this.clearAlarm({ kind, lockId: asked.lockId, atMs: asked.atMs })
    if (lock === null) return { kind: 'lock-not-found' }
    return { kind: 'battery-replaced', lock, event: { ...verdict.event, seq: 1, version: 1 } }
  }
  async recentAlarms(fromMs: number) {
    return this.stored.filter(
      ({ sinceMs, clearedAtMs }) => clearedAtMs === null || clearedAtMs >= fromMs || sinceMs >= fromMs,
    )
  }
  async mutesAt(nowMs: number) {
    return this.mutes.filter(({ untilMs }) => untilMs > nowMs)
  }
  async noticeDesks() {
    return [...this.desks].map(([recipient, state]) => ({ recipient, state }))
  }
  async keepNotices({ notices, desks }: KeepNotices) {
    if (this.disk.kind === 'failed') throw new StoreFault('no space')
    this.told.push(...notices)
    for (const { recipient, state } of desks) this.desks.set(recipient, state)
  }
  async noteNoticeTry({ id }: NoteNoticeTry) {
    this.tried.push(id)
    return true
  }
  async unsettledOpenings() {
    return this.unconfirmed
  }
  async locksNotArrived(keyedBeforeMs: number) {
    return [...this.notArrived].flatMap(([id, keyedAtMs]) => (keyedAtMs <= keyedBeforeMs ? [id] : []))
  }
  async noteArrivals({ lockIds }: { lockIds: readonly LockId[] }) {
    this.#mustWrite()
    for (const id of lockIds) this.notArrived.delete(id)
  }

  #mustWrite(): void {
    if (this.disk.kind === 'failed') throw new StoreFault('no space')
    this.writes += 1
  }
}

const nameOf = ({ kind, lockId: id }: Pick<Alarm, 'kind' | 'lockId'>): string => `${kind} ${id}`
const isOccurrence = (kind: string): boolean => kindOfAlarm(kind)?.nature === 'occurrence'
