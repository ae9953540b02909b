import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import type { AlarmName, Sighting } from './alarm.ts'

/** What is seen without end is told once in this time, with how often it was seen. */
export const TOLD_EVERY_MS = 60_000

/** Decides which sightings are told, and counts those that are not. One entry for each kind and lock. */
export class SightingCounts {
  readonly #entries = new Map<string, { toldAtMs: number; untold: number }>()
  readonly #clock: Pick<Clock, 'monotonicMs'>

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** How often it was seen since it was last told; null when it is only counted now. */
  take(sighting: Pick<Sighting, 'kind' | 'lockId' | 'times'>): number | null {
    const name = alarmNameOf(sighting)
    const nowMs = this.#clock.monotonicMs()
    const entry = this.#entries.get(name)
    if (entry !== undefined && nowMs - entry.toldAtMs < TOLD_EVERY_MS) {
      entry.untold += sighting.times
      return null
    }
    this.#entries.set(name, { toldAtMs: nowMs, untold: 0 })
    return sighting.times + (entry?.untold ?? 0)
  }

  /** The next one is told at once. */
  forget(sighting: AlarmName): void {
    this.#entries.delete(alarmNameOf(sighting))
  }
}

/** One of a kind stands at most once per lock. */
export const alarmNameOf = (name: AlarmName): string => alarmNameOfAny(name)
/** Of an alarm as it is stored, of this version or another. */
export const alarmNameOfAny = ({ kind, lockId }: { readonly kind: string; readonly lockId: LockId | null }): string =>
  `${kind} ${lockId}`
