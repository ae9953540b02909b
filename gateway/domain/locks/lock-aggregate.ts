import type { Clock } from '#domain/time/clock.ts'
import type { BootId, LockId } from '#protocol/ids.ts'

/** Callers that may wait for a lock besides the one being served. */
export const QUEUE_MAX_WAITING = 3
export const QUEUE_WAIT_MAX_MS = 2_000

interface Waiter {
  serve(): void
}

/**
 * The one owner of a lock's commands: one at a time, in order of arrival, with counters that only grow within a boot.
 */
export class LockAggregate {
  readonly lockId: LockId
  readonly #clock: Clock
  readonly #waiting: Waiter[] = []
  #serving = false
  #last: { bootId: BootId; counter: number } | null

  constructor(lockId: LockId, lastCommand: { bootId: BootId; counter: number } | null, clock: Clock) {
    this.lockId = lockId
    this.#last = lastCommand
    this.#clock = clock
  }

  /**
   * Waits for this lock's turn, at most `waitMaxMs`. The answer gives the turn back (once; more calls change nothing);
   * null means that the queue is full or the wait was too long, and that the caller holds nothing.
   */
  takeTurn(waitMaxMs: number): Promise<(() => void) | null> {
    if (!this.#serving) {
      this.#serving = true
      return Promise.resolve(this.#turn())
    }
    if (this.#waiting.length >= QUEUE_MAX_WAITING || waitMaxMs <= 0) return Promise.resolve(null)
    return new Promise((resolve) => {
      const waiter: Waiter = {
        serve: () => {
          cancel()
          resolve(this.#turn())
        },
      }
      const cancel = this.#clock.startTimer(waitMaxMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        resolve(null)
      })
      this.#waiting.push(waiter)
    })
  }

  /** The next counter for a boot: above what the lock has seen and above what was ever stored for it. */
  allocateCounter(bootId: BootId, lastCounterSeen: number): number | null {
    const lastStored = this.#last?.bootId === bootId ? this.#last.counter : 0
    const counter = Math.max(lastCounterSeen, lastStored) + 1
    if (counter > Number.MAX_SAFE_INTEGER) return null
    this.#last = { bootId, counter }
    return counter
  }

  #turn(): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#waiting.shift()
      if (next === undefined) this.#serving = false
      else next.serve()
    }
  }
}
