import type { LockId } from '#protocol/ids.ts'

/** Verified at once: enough for the thread pool of any machine, few enough for the next in turn to be soon. */
const AT_ONCE = 16
/** Messages of one lock that may wait; more is left unheard. */
const WAITING_MAX = 64

/**
 * The thread pool verifies for all locks. Those whose ack a guest waits for come first, and the others take turns: a lock
 * that says much waits for itself, not others for it.
 */
export class VerificationTurns {
  readonly #waiting = new Map<LockId, (() => void)[]>()
  readonly #isUrgent: (lockId: LockId) => boolean
  #running = 0

  constructor(isUrgent: (lockId: LockId) => boolean) {
    this.#isUrgent = isUrgent
  }

  /** Resolves with what `work` resolves with; null at once when too much of this lock waits already. */
  async take<Result>(lockId: LockId, work: () => Promise<Result>): Promise<Result | null> {
    if (this.#running >= AT_ONCE && !(await this.#wait(lockId))) return null
    this.#running += 1
    try {
      return await work()
    } finally {
      this.#running -= 1
      this.#serveNext()
    }
  }

  #wait(lockId: LockId): Promise<boolean> {
    const queue = this.#waiting.get(lockId) ?? []
    if (queue.length >= WAITING_MAX) return Promise.resolve(false)
    this.#waiting.set(lockId, queue)
    return new Promise((resolve) => queue.push(() => resolve(true)))
  }

  #serveNext(): void {
    if (this.#running >= AT_ONCE) return
    let next: LockId | undefined
    for (const lockId of this.#waiting.keys()) {
      next ??= lockId
      if (!this.#isUrgent(lockId)) continue
      next = lockId
      break
    }
    if (next === undefined) return
    const queue = this.#waiting.get(next)
    const serve = queue?.shift()
    // To the end of the round, or out of it.
    this.#waiting.delete(next)
    if (queue !== undefined && queue.length > 0) this.#waiting.set(next, queue)
    serve?.()
  }
}
