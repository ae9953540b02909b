import type { AlarmStore } from '#domain/alarm-ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import { type Alarm, type AlarmName, adviceOf, judgeSighting, type Sighting } from './alarm.ts'
import { type AlarmKind, isAlarmKind, isCondition } from './alarm-kinds.ts'
import type { AlarmLog } from './alarm-log.ts'
import type { Findings } from './findings.ts'
import { alarmNameOf, SightingCounts } from './sighting-counts.ts'

interface Deps {
  store: Pick<AlarmStore, 'standingAlarms' | 'raiseAlarm' | 'clearAlarm'>
  log: Pick<AlarmLog, 'cleared' | 'notStored' | 'forget'>
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/** More than a site has: every kind at a thousand locks. */
const STANDING_MAX = 50_000
/** Alarms that one look writes: each is work for the thread that also stores openings. */
const TAKEN_AT_ONCE = 100

/**
 * The site's alarms, for whoever finds one outside of a judgement. What is seen again is written once a minute, with
 * how often it was seen: two devices that fight for one name must not write all the time. A condition that goes on as it
 * was is not written at all.
 */
export class Alarms {
  readonly #deps: Deps
  readonly #counts: SightingCounts
  /** Conditions that stand, as they are stored. */
  readonly #standing = new Map<string, Pick<Alarm, 'weight' | 'advice'>>()
  /** Raised, and not stored yet. */
  readonly #unstored = new Map<string, { readonly seen: Sighting; readonly alarm: Alarm }>()
  readonly #batteriesSince = new Map<LockId, number>()
  /** A change of these is with the store, which may take its time: a disk that hangs is not asked for more. */
  readonly #underWay = new Set<string>()

  constructor(deps: Deps) {
    this.#deps = deps
    this.#counts = new SightingCounts(deps.clock)
  }

  /** Reads what a former process left standing. */
  async begin(): Promise<void> {
    for (const { kind, lockId, weight, advice } of await this.#deps.store.standingAlarms(STANDING_MAX)) {
      if (isAlarmKind(kind) && isCondition(kind)) this.#standing.set(alarmNameOf({ kind, lockId }), { weight, advice })
    }
  }

  /** A condition that stands, whether it could be stored or not. */
  readonly stands = (name: AlarmName): boolean =>
    this.#standing.has(alarmNameOf(name)) || this.#unstored.has(alarmNameOf(name))

  /** What stands and could not be stored: a full disk must not hide why no door opens. */
  get unstored(): readonly Alarm[] {
    return [...this.#unstored.values()].map(({ alarm }) => alarm)
  }

  /**
   * Raises the alarm, or adds to its count. Logs it even when the store fails. False when the sighting is only counted
   * in memory for now, or could not be stored.
   */
  async raise(seen: Omit<Sighting, 'times'> & { readonly times?: number }): Promise<boolean> {
    if (this.#isNothingNew(seen)) return this.#standing.has(alarmNameOf(seen))
    const times = this.#counts.take({ times: 1, ...seen })
    if (times === null) return false
    return await this.#store({ ...seen, times })
  }

  /** What a look found, some of it now and the rest at the next look: doors go first. */
  async take({ sightings, ends }: Findings): Promise<void> {
    const fresh = sightings.filter((seen) => !this.#isNothingNew(seen)).slice(0, TAKEN_AT_ONCE)
    const ended = ends.slice(0, TAKEN_AT_ONCE)
    await Promise.all([
      this.#retry(),
      ...fresh.map((seen) => this.raise(seen)),
      ...ended.map(({ kind, lockId }) => this.clear(kind, lockId)),
    ])
  }

  /** Tries once more to store what could not be stored. */
  async #retry(): Promise<void> {
    const waiting = [...this.#unstored.values()].slice(0, TAKEN_AT_ONCE)
    await Promise.all(waiting.map(({ seen }) => this.#store({ ...seen, times: 0 })))
  }

  /** Ends it, if it stands. One that was never stored is stored now: it happened. */
  async clear(kind: AlarmKind, lockId: LockId | null): Promise<void> {
    const { store, log, clock } = this.#deps
    const name = alarmNameOf({ kind, lockId })
    if (this.#underWay.has(name)) return
    this.#underWay.add(name)
    try {
      const unstored = this.#unstored.get(name)
      if (unstored !== undefined) await store.raiseAlarm({ sighting: unstored.seen, atMs: unstored.alarm.sinceMs })
      const stood = await store.clearAlarm({ kind, lockId, atMs: clock.nowMs() })
      this.#counts.forget({ kind, lockId })
      this.#unstored.delete(name)
      this.#standing.delete(name)
      if (stood) log.cleared(kind, lockId)
    } finally {
      this.#underWay.delete(name)
    }
  }

  /** Call when a person put new batteries in, and the store has ended what was said of the old ones. */
  batteryReplaced(lockId: LockId, atMs: number): void {
    this.#batteriesSince.set(lockId, atMs)
    for (const kind of ['battery-low', 'battery-critical'] as const) {
      const name = alarmNameOf({ kind, lockId })
      this.#standing.delete(name)
      this.#unstored.delete(name)
      this.ended({ kind, lockId })
    }
  }

  /** UTC of when this lock got new batteries; null when nobody said so since the start. */
  readonly batterySinceMs = (lockId: LockId): number | null => this.#batteriesSince.get(lockId) ?? null

  /** Call when a person ended one: the next of its kind is told at once. */
  ended(name: AlarmName): void {
    this.#counts.forget(name)
    this.#deps.log.forget(name)
  }

  /** A condition that goes on as it was. One that could not be stored is the affair of `take`. */
  #isNothingNew(seen: Omit<Sighting, 'times'>): boolean {
    const name = alarmNameOf(seen)
    const unstored = isCondition(seen.kind) ? this.#unstored.get(name)?.alarm : undefined
    const known = unstored ?? this.#standing.get(name)
    return known !== undefined && known.weight >= (seen.weight ?? 1) && known.advice === adviceOf(seen)
  }

  /** What waits to be stored from an earlier failure goes along. */
  async #store(seen: Sighting): Promise<boolean> {
    const { store, log, clock } = this.#deps
    const name = alarmNameOf(seen)
    const waiting = this.#unstored.get(name)
    const sighting = { ...seen, times: seen.times + (waiting?.seen.times ?? 0) }
    const atMs = clock.nowMs()
    const alarm = judgeSighting(seen, waiting?.alarm ?? null, atMs)
    this.#unstored.set(name, { seen: sighting, alarm })
    if (this.#underWay.has(name)) return false
    this.#underWay.add(name)
    try {
      await store.raiseAlarm({ sighting, atMs: alarm.sinceMs })
      this.#stored(name, sighting, alarm)
      return true
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      this.#counts.forget(sighting)
      if (waiting === undefined) log.notStored(sighting)
      return false
    } finally {
      this.#underWay.delete(name)
    }
  }

  #stored(name: string, sighting: Sighting, alarm: Alarm): void {
    const weight = Math.max(alarm.weight, this.#standing.get(name)?.weight ?? 1)
    if (isCondition(sighting.kind)) this.#standing.set(name, { ...alarm, weight })
    const waiting = this.#unstored.get(name)
    const more = (waiting?.seen.times ?? 0) - sighting.times
    // It was seen again while this was under way.
    if (waiting !== undefined && more > 0) {
      this.#unstored.set(name, { ...waiting, seen: { ...waiting.seen, times: more } })
    } else this.#unstored.delete(name)
  }
}
