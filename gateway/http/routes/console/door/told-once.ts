import { randomUUID } from 'node:crypto'
import type { Clock } from '#domain/time/clock.ts'
import type { Told } from '#http/pages/console/door/sentences.ts'
import type { LockId, StaffId } from '#protocol/ids.ts'

interface Kept {
  readonly holder: StaffId
  readonly lockId: LockId
  readonly told: Told
  readonly untilMonotonicMs: number
}

/** Long enough for a reload. */
const KEPT_FOR_MS = 5 * 60_000
const KEPT_MAX = 500

/** Answers to those who asked, between a form and the page that follows it. An address with another's id tells nothing. */
export class ToldOnce {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #kept = new Map<string, Kept>()

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** Answers its id. */
  keep(holder: StaffId, lockId: LockId, told: Told): string {
    const id = randomUUID()
    this.#kept.set(id, { holder, lockId, told, untilMonotonicMs: this.#clock.monotonicMs() + KEPT_FOR_MS })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest)
    return id
  }

  find(id: string | null, holder: StaffId, lockId: LockId): Told | null {
    const kept = id === null ? undefined : this.#kept.get(id)
    if (kept === undefined || kept.holder !== holder || kept.lockId !== lockId) return null
    return this.#clock.monotonicMs() < kept.untilMonotonicMs ? kept.told : null
  }
}
