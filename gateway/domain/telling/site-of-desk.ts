import type { AlarmStore } from '#domain/alarm-ports.ts'
import type { Alarm } from '#domain/alarms/alarm.ts'
import { kindOfAlarm } from '#domain/alarms/alarm-kinds.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import type { LocksBack } from '#domain/alarms/locks-back.ts'
import { type Mute, mutedBy } from '#domain/alarms/mute.ts'
import { alarmNameOfAny } from '#domain/alarms/sighting-counts.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Zone } from '#domain/time/zone.ts'
import type { LockId } from '#protocol/ids.ts'
import { causeFirst } from './cause-first.ts'
import { Chatter } from './chatter.ts'
import type { DeskFacts, StandingAlarm } from './desk-facts.ts'
import type { ToldAlarmEntry } from './desk-state.ts'

export interface SiteOfDeskDeps {
  readonly store: Pick<AlarmStore, 'standingAlarms' | 'mutesAt' | 'recentAlarms'>
  /** What stands, and could not be stored. */
  readonly alarms: Pick<Alarms, 'unstored'>
  readonly locks: Pick<LockRegistry, 'get' | 'list'>
  readonly zone: Zone
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  /** Where a lock has no time of its own. */
  readonly offlineAfterMs: number
}

/** Every lock of a large site, away. */
const STANDING_MAX = 25_000
/** Longer than an alarm that comes again and again is remembered. */
const HISTORY_MS = 4 * 3_600_000
const HISTORY_MAX = 10_000

/** What a look at the alarms sees, made once for all recipients. */
export class SiteOfDesk {
  readonly #deps: SiteOfDeskDeps
  readonly #chatter = new Chatter()
  #stored: { readonly alarms: readonly Alarm[]; readonly mutes: readonly Mute[] } = { alarms: [], mutes: [] }

  constructor(deps: SiteOfDeskDeps) {
    this.#deps = deps
  }

  /** Reads which alarms came again and again before this start. @param flapping of which somebody was told so */
  async begin(deskMs: number, flapping: readonly Pick<ToldAlarmEntry, 'kind' | 'lockId' | 'sinceMs'>[]): Promise<void> {
    const { store, clock } = this.#deps
    const nowMs = clock.nowMs()
    for (const one of flapping) this.#chatter.latch(alarmNameOfAny(one), one.sinceMs, deskMs - HISTORY_MS)
    const past = await store.recentAlarms(nowMs - HISTORY_MS, HISTORY_MAX)
    const changes = past.filter(isCounted).flatMap((alarm) => {
      const change = (atMs: number, isEnd: boolean) => ({ alarm, isEnd, atMs: deskMs - Math.max(0, nowMs - atMs) })
      const begun = change(alarm.sinceMs, false)
      return alarm.clearedAtMs === null ? [begun] : [begun, change(alarm.clearedAtMs, true)]
    })
    for (const { alarm, isEnd, atMs } of changes.sort((a, b) => a.atMs - b.atMs)) {
      if (isEnd) this.#chatter.ended(alarmNameOfAny(alarm), atMs)
      else this.#chatter.raised(alarmNameOfAny(alarm), alarm.sinceMs, atMs)
    }
  }

  async look(deskMs: number, back: LocksBack): Promise<DeskFacts> {
    const { zone, clock, locks, alarms, offlineAfterMs } = this.#deps
    const nowMs = clock.nowMs()
    const { alarms: stored, mutes } = await this.#read(nowMs)
    const byName = new Map([...alarms.unstored, ...stored].map((alarm) => [alarmNameOfAny(alarm), alarm]))
    const covers = mutedBy(mutes, nowMs)
    const isMuted: DeskFacts['isMuted'] = ({ kind, lockId }) =>
      covers({ kind }, lockId === null ? null : locks.get(lockId))
    const isCalled = (lockId: LockId): boolean => !isMuted({ kind: 'lock-offline', lockId })
    const isHeldBack = causeFirst({ standing: byName, isSettling: back.isSettling })
    this.#chatter.keepOnly(byName, deskMs)
    const standing = new Map<string, StandingAlarm>()
    for (const [name, alarm] of byName) {
      const muted = isMuted(alarm)
      if (muted) this.#chatter.forget(name)
      else if (isCounted(alarm)) this.#chatter.raised(name, alarm.sinceMs, deskMs)
      const isFlapping = this.#chatter.isFlapping(name, deskMs)
      standing.set(name, { alarm, name, isMuted: muted, isHeldBack: isHeldBack(alarm), isFlapping })
    }
    const wall = zone.localOf(nowMs)
    return {
      ...{ nowMs, deskMs, wall, standing, isMuted, isHeldBack },
      back: withoutMuted(back, isCalled),
      doorOf: (lockId) => locks.get(lockId),
      sizeOf: this.#areas(),
      isFlapping: (name) => this.#chatter.isFlapping(name, deskMs),
      offlineAfterMs: (lockId: LockId) => {
        const minutes = locks.get(lockId)?.offlineAfterMin ?? null
        return minutes === null ? offlineAfterMs : minutes * 60_000
      },
      timeOf: (utcMs) => {
        const { date, minuteOfDay } = zone.localOf(utcMs)
        const [hour, minute] = [Math.floor(minuteOfDay / 60), minuteOfDay % 60].map((n) => String(n).padStart(2, '0'))
        return `${date === wall.date ? '' : `${date} `}${hour}:${minute}`
      },
    }
  }

  /** A store that can't be read: what it told before goes on. */
  async #read(nowMs: number) {
    const { store } = this.#deps
    try {
      this.#stored = { alarms: await store.standingAlarms(STANDING_MAX), mutes: await store.mutesAt(nowMs) }
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
    }
    return this.#stored
  }

  /** Counted when a message needs it, and once. */
  #areas(): (area: string) => number {
    let sizes: Map<string, number> | null = null
    return (name) => {
      if (sizes === null) {
        sizes = new Map()
        for (const { area, retiredAtMs } of this.#deps.locks.list()) {
          if (area !== null && retiredAtMs === null) sizes.set(area, (sizes.get(area) ?? 0) + 1)
        }
      }
      return sizes.get(name) ?? 0
    }
  }
}

/** A door that somebody works on is missed by nobody, and is not counted among those that should be back. */
function withoutMuted(back: LocksBack, isCalled: (lockId: LockId) => boolean): LocksBack {
  const missing = back.missing.filter(isCalled)
  return { ...back, missing, expected: back.expected - (back.missing.length - missing.length) }
}

/** What may be an attack on a lock is told each time. */
function isCounted({ kind }: Pick<Alarm, 'kind'>): boolean {
  const of = kindOfAlarm(kind)
  return of !== null && !(of.nature === 'occurrence' && of.severity === 'critical')
}
