import type { LockFreshness, LockLink } from '#domain/locks/lock-link.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import type { StoredCommand } from '#domain/openings/opening.ts'
import type { Store } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import type { OpeningCursor } from './unanswered.ts'

/** Questions put at once: a lock answers them one by one. */
const ASKED_AT_ONCE = 16
const BETWEEN_ROUNDS_MS = 1_000
/** What one pass asks at most, about 200 questions; the next one goes on after it. */
const ROUNDS_IN_A_PASS = 13
/** A lock refuses deadlines more than 12 s away, and its crystal may be 5 % slow. */
const COULD_RUN_MAX_MS = 14_000
/** The lower bound of a lock's uptime grows by only 0.95 s per second: one second by that bound lasts up to 1.06 s. */
const PER_SECOND_LEFT_MS = 1_100

export interface UnsettledQuestionsDeps {
  store: Pick<Store, 'unansweredCommandsOf' | 'unansweredCommands' | 'locksWithUnconfirmed'>
  link: Pick<LockLink, 'askOutcome' | 'presence' | 'freshness'>
  /** Locks of which all are asked once a minute. */
  sweptLocks: SweptLocks
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
  /** Where the next pass over a lock's openings goes on; none when at the oldest. */
  readonly #goOnAfter = new Map<LockId, OpeningCursor>()
  readonly #later = new Map<LockId, () => void>()
  #closed = false

  constructor(deps: UnsettledQuestionsDeps) {
    this.#deps = deps
  }

  /** Every lock that is there and has something to tell. */
  async askAll(): Promise<void> {
    for (const lockId of await this.#deps.store.locksWithUnconfirmed(this.#deps.sweptLocks)) {
      if (this.#deps.link.presence(lockId).answers) this.#deps.inBackground(this.ask(lockId))
    }
  }

  /**
   * One pass over one lock's unanswered commands, from where the last one ended to the newest and on from the oldest: each
   * has its turn, however many there are and however often the lock leaves. A second call while it runs changes nothing.
   */
  async ask(lockId: LockId): Promise<void> {
    if (this.#closed || this.#asking.has(lockId)) return
    this.#asking.add(lockId)
    try {
      const began = this.#goOnAfter.get(lockId) ?? null
      const asked: StoredCommand[] = []
      let hasBegunAnew = began === null
      for (let round = 0; round < ROUNDS_IN_A_PASS; round += 1) {
        if (round > 0) await this.#pause(BETWEEN_ROUNDS_MS)
        const after = this.#goOnAfter.get(lockId) ?? null
        const { commands, next } = await this.#deps.store.unansweredCommandsOf(lockId, after, ASKED_AT_ONCE)
        if (!(await this.#put(lockId, commands))) return
        asked.push(...commands)
        if (next === null) this.#goOnAfter.delete(lockId)
        else this.#goOnAfter.set(lockId, next)
        if (hasBegunAnew && (next === null || isAtLeast(next, began))) break
        if (next === null) hasBegunAnew = true
      }
      this.#askWhenTheyCanRunNoMore(lockId, asked)
    } finally {
      this.#asking.delete(lockId)
    }
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#later.values()) cancel()
    this.#later.clear()
  }

  /** False when the lock is not there to be asked. */
  async #put(lockId: LockId, commands: readonly StoredCommand[]): Promise<boolean> {
    if (this.#closed || !this.#deps.link.presence(lockId).answers) return false
    for (const command of commands) await this.#deps.link.askOutcome(command)
    return true
  }

  #askWhenTheyCanRunNoMore(lockId: LockId, commands: readonly StoredCommand[]): void {
    const freshness = this.#deps.link.freshness(lockId)
    if (freshness === null) return
    const runnable = commands.filter((command) => couldRunForMs(command, freshness) > 0)
    if (runnable.length === 0) return
    this.#later.get(lockId)?.()
    const waitMs = Math.max(...runnable.map((command) => couldRunForMs(command, freshness)))
    const cancel = this.#deps.clock.startTimer(waitMs, () => {
      this.#later.delete(lockId)
      this.#deps.inBackground(this.#askAgain(lockId, runnable))
    })
    this.#later.set(lockId, cancel)
  }

  /** Asks exactly these commands again: the next pass may have moved on to other openings. */
  async #askAgain(lockId: LockId, commands: readonly StoredCommand[]): Promise<void> {
    const openings = await Promise.all(commands.map(({ openingId }) => this.#deps.store.unansweredCommands(openingId)))
    const unanswered = new Set(openings.flat().map(({ commandId }) => commandId))
    const left = commands.filter(({ commandId }) => unanswered.has(commandId))
    for (let at = 0; at < left.length; at += ASKED_AT_ONCE) {
      if (at > 0) await this.#pause(BETWEEN_ROUNDS_MS)
      if (!(await this.#put(lockId, left.slice(at, at + ASKED_AT_ONCE)))) return
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#deps.clock.startTimer(ms, () => resolve()))
  }
}

const isAtLeast = (one: OpeningCursor, other: OpeningCursor | null): boolean =>
  other !== null &&
  (one.startedAtMs > other.startedAtMs || (one.startedAtMs === other.startedAtMs && one.rowId >= other.rowId))

/** How long from now a command may still be obeyed, in ms; 0 when it belongs to a boot that is over. */
function couldRunForMs({ bootId, notAfterUptimeS }: StoredCommand, freshness: LockFreshness): number {
  if (bootId !== freshness.bootId) return 0
  const secondsLeft = notAfterUptimeS + 1 - freshness.uptimeS
  return secondsLeft <= 0 ? 0 : Math.min(COULD_RUN_MAX_MS, secondsLeft * PER_SECOND_LEFT_MS)
}
