/** What a test or a screen can wait for. */
export type LockEvent =
  | 'online'
  | 'offline'
  | 'booted'
  | 'heard'
  | 'dropped'
  | 'silent'
  | 'flash-failed'
  | 'pulse-started'
  | 'pulse-extended'
  | 'ack-sent'
  | 'ack-lost'
  | 'hello-sent'

interface Waiter {
  wants: (event: LockEvent) => boolean
  resolve: () => void
}

/** Wakes whoever waits for a thing that happens. */
export class Waiting {
  readonly #waiters = new Set<Waiter>()

  happened(event: LockEvent): void {
    for (const waiter of [...this.#waiters]) {
      if (!waiter.wants(event)) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  /** An event: its next time. A predicate: now, or after any event that makes it true. */
  async until(what: LockEvent | (() => boolean), limitMs: number): Promise<void> {
    if (typeof what === 'function' && what()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter: Waiter = {
      wants: typeof what === 'function' ? () => what() : (event) => event === what,
      resolve,
    }
    const timer = setTimeout(() => {
      this.#waiters.delete(waiter)
      reject(new Error(`the lock was waited for ${limitMs} ms, in vain: ${String(what)}`))
    }, limitMs)
    this.#waiters.add(waiter)
    try {
      await promise
    } finally {
      clearTimeout(timer)
    }
  }
}
