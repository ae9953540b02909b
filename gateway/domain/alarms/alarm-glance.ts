import type { ReadsOfAlarms } from '#domain/alarm-ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Alarm } from './alarm.ts'
import type { Alarms } from './alarms.ts'
import { isPresent, type Mute } from './mute.ts'

/** What stands, and what is muted, at one moment. */
export interface Glance {
  /** At most `GLANCED_MAX`; those that could not be stored go first. */
  readonly alarms: readonly Alarm[]
  readonly mutes: readonly Mute[]
}

/** A page shows fewer, and reading them takes some milliseconds. */
const GLANCED_MAX = 2_000
const GOOD_FOR_MS = 1_000

interface Deps {
  readonly store: Pick<ReadsOfAlarms, 'standingAlarms' | 'mutesAt'>
  readonly alarms: Pick<Alarms, 'unstored'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/** One look at the alarms for everybody who follows a page, so that twenty people cost no more than one. */
export class AlarmGlance {
  readonly #deps: Deps
  #last: { readonly atMonotonicMs: number; readonly glance: Promise<Glance> } | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** At most a second old. */
  lately(): Promise<Glance> {
    const { clock } = this.#deps
    const isGood = this.#last !== null && clock.monotonicMs() - this.#last.atMonotonicMs < GOOD_FOR_MS
    return isGood && this.#last !== null ? this.#last.glance : this.now()
  }

  now(): Promise<Glance> {
    const glance = this.#read()
    const last = { atMonotonicMs: this.#deps.clock.monotonicMs(), glance }
    this.#last = last
    // What failed is tried again by the next who asks.
    glance.catch(() => {
      if (this.#last === last) this.#last = null
    })
    return glance
  }

  async #read(): Promise<Glance> {
    const { store, alarms, clock } = this.#deps
    const nowMs = clock.nowMs()
    const mutes = (await store.mutesAt(nowMs)).filter((mute) => isPresent(mute, nowMs))
    const standing = await store.standingAlarms(GLANCED_MAX)
    const isStored = (alarm: Alarm): boolean =>
      standing.some(({ kind, lockId }) => kind === alarm.kind && lockId === alarm.lockId)
    return { alarms: [...alarms.unstored.filter((alarm) => !isStored(alarm)), ...standing], mutes }
  }
}
