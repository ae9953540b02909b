import type { LockId } from '#protocol/ids.ts'
import type { Clock } from './clock.ts'
import type { StoredCommand } from './opening.ts'
import type { LockFreshness, LockLink, Store } from './ports.ts'

/** Questions put at once: a lock answers them one by one. */
const ASKED_AT_ONCE = 16
const BETWEEN_ROUNDS_MS = 1_000
/** What one pass asks at most; the next pass begins again with the oldest. */
const ASKED_IN_A_PASS = 200
/** A lock refuses deadlines more than 12 s away, and its crystal may be 5 % slow. */
const COULD_RUN_MAX_MS = 14_000
/** A bound of uptime grows by 0.95 s a second: a command that could run by it for a second may do so for a bit longer. */
const PER_SECOND_LEFT_MS = 1_100

export interface UnsettledQuestionsDeps {
  store: Pick<Store, 'unansweredCommandsOf' | 'locksWithUnansweredCommands'>
  link: Pick<LockLink, 'askOutcome' | 'presence' | 'freshness'>
  clock: Clock
  inBackground(work: Promise<void>): void
}

/**
 * Asks locks what became of the commands of unconfirmed openings: when a lock says hello, once more when the last of
 * them can no longer run (until then a lock is silent about it), and now and then, because a question can be lost.
 */
export class UnsettledQuestions {
  readonly #deps: UnsettledQuestionsDeps
  readonly #asking = new Set<LockId>()
  readonly #later = new Map<LockId, () => void>()
  #closed = false

  constructor(deps: UnsettledQuestionsDeps) {
    this.#deps = deps
  }

  /** Every lock that is there and has something to tell. */
  async askAll(): Promise<void> {
    for (const lockId of await this.#deps.store.locksWithUnansweredCommands()) {
      if (this.#deps.link.presence(lockId).answers) this.#deps.inBackground(this.ask(lockId))
    }
  }

  /** One pass over one lock's unanswered commands; a second call while it runs changes nothing. */
  async ask(lockId: LockId): Promise<void> {
    if (this.#closed || this.#asking.has(lockId)) return
    this.#asking.add(lockId)
    try {
      const commands = await this.#deps.store.unansweredCommandsOf(lockId, ASKED_IN_A_PASS)
      for (let at = 0; at < commands.length; at += ASKED_AT_ONCE) {
        if (at > 0) await this.#pause(BETWEEN_ROUNDS_MS)
        if (this.#closed || !this.#deps.link.presence(lockId).answers) return
        for (const command of commands.slice(at, at + ASKED_AT_ONCE)) await this.#deps.link.askOutcome(command)
      }
      this.#askWhenTheyCanRunNoMore(lockId, commands)
    } finally {
      this.#asking.delete(lockId)
    }
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#later.values()) cancel()
    this.#later.clear()
  }

  #askWhenTheyCanRunNoMore(lockId: LockId, commands: readonly StoredCommand[]): void {
    const freshness = this.#deps.link.freshness(lockId)
    if (freshness === null) return
    const waitMs = Math.max(0, ...commands.map((command) => couldRunForMs(command, freshness)))
    if (waitMs === 0) return
    this.#later.get(lockId)?.()
    const cancel = this.#deps.clock.startTimer(waitMs, () => {
      this.#later.delete(lockId)
      this.#deps.inBackground(this.ask(lockId))
    })
    this.#later.set(lockId, cancel)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#deps.clock.startTimer(ms, () => resolve()))
  }
}

/** How long from now a command may still be obeyed, in ms; 0 when it belongs to a boot that is over. */
function couldRunForMs({ bootId, notAfterUptimeS }: StoredCommand, freshness: LockFreshness): number {
  if (bootId !== freshness.bootId) return 0
  const secondsLeft = notAfterUptimeS + 1 - freshness.uptimeS
  return secondsLeft <= 0 ? 0 : Math.min(COULD_RUN_MAX_MS, secondsLeft * PER_SECOND_LEFT_MS)
}
