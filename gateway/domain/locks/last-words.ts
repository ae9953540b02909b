import type { ReadsOfLocks } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'
import type { LockRegistry } from './lock-registry.ts'

export interface LastWordsDeps {
  store: Pick<ReadsOfLocks, 'owesWords'>
  locks: LockRegistry
  /** Ends the connection of a lock, if it has one. */
  disconnect(lockId: LockId): void
}

/**
 * Retired locks that are still let in, to say what became of openings of which nobody else knows the end: a signed `opened`
 * is the truth, whenever it comes. They open nothing.
 */
export class LastWords {
  readonly #deps: LastWordsDeps
  readonly #owing = new Set<LockId>()

  constructor(deps: LastWordsDeps) {
    this.#deps = deps
  }

  /** A lock of the site may connect, and a retired one as long as it has something to tell. */
  mayConnect(lock: Lock): boolean {
    return lock.retiredAtMs === null || this.#owing.has(lock.lockId)
  }

  /** Looks at every retired lock once, at a start. */
  async begin(): Promise<void> {
    for (const lock of this.#deps.locks.list()) if (lock.retiredAtMs !== null) await this.#isAwaitedFrom(lock)
  }

  /**
   * Call when a lock's key or password was changed, or it was retired: whoever is connected with what was before is cut off,
   * but not a retired lock that has still something to tell.
   */
  async lockChanged(lock: Pick<Lock, 'lockId' | 'retiredAtMs'>): Promise<void> {
    const stays = lock.retiredAtMs !== null && (await this.#isAwaitedFrom(lock))
    if (!stays) this.#deps.disconnect(lock.lockId)
  }

  /**
   * Cuts off those that have told everything since the last look: they may not connect any more. Call it now and then, and
   * so late enough for a lock to hear that its last word is stored.
   */
  async letGo(): Promise<void> {
    for (const lockId of [...this.#owing]) if (!(await this.#isAwaitedFrom({ lockId }))) this.#deps.disconnect(lockId)
  }

  async #isAwaitedFrom({ lockId }: Pick<Lock, 'lockId'>): Promise<boolean> {
    const owes = await this.#deps.store.owesWords(lockId)
    if (owes) this.#owing.add(lockId)
    else this.#owing.delete(lockId)
    return owes
  }
}
