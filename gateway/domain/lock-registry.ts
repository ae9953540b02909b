import type { LockId } from '#protocol/ids.ts'
import type { Clock } from './clock.ts'
import type { Lock } from './lock.ts'
import { LockAggregate } from './lock-aggregate.ts'

/** All locks of the site in memory: one process owns the store, so what it holds is what is so. */
export class LockRegistry {
  readonly #locks = new Map<LockId, Lock>()
  readonly #aggregates = new Map<LockId, LockAggregate>()
  readonly #clock: Clock

  constructor(locks: readonly Lock[], clock: Clock) {
    this.#clock = clock
    for (const lock of locks) this.put(lock)
  }

  get(lockId: LockId): Lock | null {
    return this.#locks.get(lockId) ?? null
  }

  list(): readonly Lock[] {
    return [...this.#locks.values()].sort((a, b) => a.lockId - b.lockId)
  }

  /** Call after the store has it. An aggregate outlives a change of its lock's record. */
  put(lock: Lock): void {
    this.#locks.set(lock.lockId, lock)
    if (!this.#aggregates.has(lock.lockId)) {
      this.#aggregates.set(lock.lockId, new LockAggregate(lock.lockId, lock.lastCommand, this.#clock))
    }
  }

  aggregate(lockId: LockId): LockAggregate | null {
    return this.#aggregates.get(lockId) ?? null
  }
}
