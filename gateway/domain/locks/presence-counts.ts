import type { ReadsOfLocks } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockLink } from './lock-link.ts'
import type { LockRegistry } from './lock-registry.ts'

/** How many locks of the site are how. Each lock is in one of them. */
export interface PresenceCounts {
  readonly online: number
  /** They have been there once, and are not now. */
  readonly offline: number
  /** They have a key, and nobody has heard of them yet. */
  readonly neverCame: number
  /** Prepared by a program, and not added yet. */
  readonly withoutKey: number
  readonly retired: number
}

interface Deps {
  readonly locks: Pick<LockRegistry, 'all'>
  readonly link: Pick<LockLink, 'presence'>
  readonly store: Pick<ReadsOfLocks, 'locksNotArrived'>
  readonly clock: Pick<Clock, 'monotonicMs'>
}

/** Whoever asks all the time is answered from the last count. */
const COUNTED_FOR_MS = 1_000
const NOT_ARRIVED_MAX = 20_000

/** Counts the locks of a running gateway, at most once a second. */
export class CountedPresence {
  readonly #deps: Deps
  #last: { readonly atMonotonicMs: number; readonly counts: Promise<PresenceCounts> } | null = null

  constructor(deps: Deps) {
    this.#deps = deps
  }

  counts(): Promise<PresenceCounts> {
    const nowMs = this.#deps.clock.monotonicMs()
    if (this.#last === null || nowMs - this.#last.atMonotonicMs >= COUNTED_FOR_MS) {
      this.#last = { atMonotonicMs: nowMs, counts: this.#count() }
    }
    return this.#last.counts
  }

  async #count(): Promise<PresenceCounts> {
    const { locks, link } = this.#deps
    const notArrived = await this.#notArrived()
    const counts = { online: 0, offline: 0, neverCame: 0, withoutKey: 0, retired: 0 }
    for (const { lockId, retiredAtMs, publicKeyPem } of locks.all()) {
      if (retiredAtMs !== null) counts.retired += 1
      else if (publicKeyPem === null) counts.withoutKey += 1
      else if (link.presence(lockId).online) counts.online += 1
      else if (notArrived.has(lockId)) counts.neverCame += 1
      else counts.offline += 1
    }
    return counts
  }

  /** Of a store that can't be read nothing is known: then nobody is said never to have come. */
  async #notArrived(): Promise<ReadonlySet<number>> {
    try {
      return new Set(await this.#deps.store.locksNotArrived(Number.MAX_SAFE_INTEGER, NOT_ARRIVED_MAX))
    } catch (error) {
      if (error instanceof StoreFault) return new Set()
      throw error
    }
  }
}
