import type { Clock } from '#domain/time/clock.ts'
import type { KeyRef, LockId } from '#protocol/ids.ts'
import { type Principal, principalLabel } from './principal.ts'

/** One event per key, reason and caller in this time: a dead link that is tapped without end must not fill the disk. */
export const DENIAL_EVENT_EVERY_MS = 60_000
/** Callers that are remembered at once; the oldest is forgotten first. */
const REMEMBERED_MAX = 10_000

/** Decides which denials become events, and counts those that do not. */
export class DenialBook {
  readonly #entries = new Map<string, { sinceMs: number; unwritten: number }>()
  readonly #clock: Pick<Clock, 'monotonicMs'>

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** How many denials the event to be written now stands for; null when this one is only counted. */
  take(lockId: LockId, keyRef: KeyRef | null, reason: string, principal: Principal): number | null {
    const name = JSON.stringify([lockId, keyRef, reason, principalLabel(principal)])
    const nowMs = this.#clock.monotonicMs()
    const entry = this.#entries.get(name)
    if (entry !== undefined && nowMs - entry.sinceMs < DENIAL_EVENT_EVERY_MS) {
      entry.unwritten += 1
      return null
    }
    this.#entries.delete(name)
    this.#entries.set(name, { sinceMs: nowMs, unwritten: 0 })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > REMEMBERED_MAX && oldest !== undefined) this.#entries.delete(oldest)
    return 1 + (entry?.unwritten ?? 0)
  }
}
