import type { LockId } from '#protocol/ids.ts'

/**
 * Messages of one lock that are looked at, a second and in a burst. A working lock says at most 50 in a second: a backlog of
 * acks, 20 ms apart (PROTOCOL.md, section 8), and a hello a second.
 */
const MESSAGES_PER_SECOND = 60
const MESSAGES_AT_ONCE = 120
/** Messages beyond that are dropped; with more of them than this, in a burst or per second, the lock is cut off. */
const EXCESS_AT_ONCE = 300
const EXCESS_PER_SECOND = 2
/** Each further cut-off of a lock that goes on is twice as long as the one before. */
const FIRST_CUT_OFF_MS = 1_000
const CUT_OFF_MAX_MS = 5 * 60_000
/** After this long without a cut-off, the next one starts at `FIRST_CUT_OFF_MS` again. */
const FORGIVEN_AFTER_MS = 30 * 60_000

interface Conduct {
  messagesLeft: number
  excessLeft: number
  filledAtMs: number
  cutOffMs: number
  cutOffUntilMs: number
}

/** What becomes of a lock's message or excess. `cut-off`: it begins now, for so long. */
export type ConductVerdict =
  | { readonly kind: 'heard' }
  | { readonly kind: 'unheard' }
  | { readonly kind: 'cut-off'; readonly forMs: number }

const HEARD: ConductVerdict = { kind: 'heard' }
const UNHEARD: ConductVerdict = { kind: 'unheard' }

/**
 * How much each lock says, whatever connections it says it in: caps that are kept in a connection are new with each one.
 * Holds an entry for each lock that has spoken. Times are monotonic ms.
 */
export class LockConduct {
  readonly #locks = new Map<LockId, Conduct>()

  /** One message, before anything costly is done for it. */
  said(lockId: LockId, nowMs: number): ConductVerdict {
    const conduct = this.#conductOf(lockId, nowMs)
    if (nowMs < conduct.cutOffUntilMs) return UNHEARD
    if (conduct.messagesLeft >= 1) {
      conduct.messagesLeft -= 1
      return HEARD
    }
    return this.#exceed(conduct, 1, nowMs)
  }

  /** Something else of which a working lock does not do so much: reconnects, packets that the broker threw away. */
  exceeded(lockId: LockId, count: number, nowMs: number): ConductVerdict {
    const conduct = this.#conductOf(lockId, nowMs)
    return nowMs < conduct.cutOffUntilMs ? UNHEARD : this.#exceed(conduct, count, nowMs)
  }

  /** Call when the lock got new credentials: somebody else may have misused the old ones. */
  forget(lockId: LockId): void {
    this.#locks.delete(lockId)
  }

  isCutOff(lockId: LockId, nowMs: number): boolean {
    return nowMs < (this.#locks.get(lockId)?.cutOffUntilMs ?? -Infinity)
  }

  #exceed(conduct: Conduct, count: number, nowMs: number): ConductVerdict {
    conduct.excessLeft -= count
    if (conduct.excessLeft >= 0) return UNHEARD
    const isForgiven = nowMs - conduct.cutOffUntilMs >= FORGIVEN_AFTER_MS
    conduct.cutOffMs = isForgiven ? FIRST_CUT_OFF_MS : Math.min(2 * conduct.cutOffMs, CUT_OFF_MAX_MS)
    conduct.cutOffUntilMs = nowMs + conduct.cutOffMs
    conduct.excessLeft = EXCESS_AT_ONCE
    return { kind: 'cut-off', forMs: conduct.cutOffMs }
  }

  #conductOf(lockId: LockId, nowMs: number): Conduct {
    const known = this.#locks.get(lockId)
    if (known === undefined) {
      const conduct = {
        messagesLeft: MESSAGES_AT_ONCE,
        excessLeft: EXCESS_AT_ONCE,
        filledAtMs: nowMs,
        cutOffMs: 0,
        cutOffUntilMs: -Infinity,
      }
      this.#locks.set(lockId, conduct)
      return conduct
    }
    const passedS = (nowMs - known.filledAtMs) / 1_000
    known.messagesLeft = Math.min(MESSAGES_AT_ONCE, known.messagesLeft + passedS * MESSAGES_PER_SECOND)
    known.excessLeft = Math.min(EXCESS_AT_ONCE, known.excessLeft + passedS * EXCESS_PER_SECOND)
    known.filledAtMs = nowMs
    return known
  }
}
