import type { ChangesOfAlarms } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import type { AlarmKind, Sighting } from './alarm.ts'
import type { AlarmLog } from './alarm-log.ts'
import { SightingCounts } from './sighting-counts.ts'

interface Deps {
  store: ChangesOfAlarms
  log: Pick<AlarmLog, 'cleared' | 'notStored'>
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/**
 * The site's conditions, for whoever finds one outside of a judgement. What is seen again is written once a minute, with
 * how often it was seen: two devices that fight for one name must not write all the time.
 */
export class Alarms {
  readonly #deps: Deps
  readonly #counts: SightingCounts

  constructor(deps: Deps) {
    this.#deps = deps
    this.#counts = new SightingCounts(deps.clock)
  }

  /**
   * Raises the alarm, or adds to its count. Logs it even when the store fails. False when the sighting is only counted
   * in memory for now, or could not be stored.
   */
  async raise(seen: Omit<Sighting, 'times'> & { readonly times?: number }): Promise<boolean> {
    const { store, log, clock } = this.#deps
    const times = this.#counts.take({ times: 1, ...seen })
    if (times === null) return false
    const sighting: Sighting = { ...seen, times }
    try {
      await store.raiseAlarm({ sighting, atMs: clock.nowMs() })
      return true
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      this.#counts.forget(sighting)
      log.notStored(sighting)
      return false
    }
  }

  /** Ends it, if it stands. */
  async clear(kind: AlarmKind, lockId: LockId | null): Promise<void> {
    const { store, log, clock } = this.#deps
    this.#counts.forget({ kind, lockId })
    if (await store.clearAlarm({ kind, lockId, atMs: clock.nowMs() })) log.cleared(kind, lockId)
  }
}
