import type { DoorState } from '#domain/ack.ts'
import type { LockFreshness, LockPresence } from '#domain/ports.ts'
import type { BootId, Nonce } from '#protocol/ids.ts'
import { anchorOf, uptimeAt } from './uptime-anchor.ts'

/** A verified message's word on the lock itself. */
export interface LockWord {
  readonly bootId: BootId
  readonly uptimeS: number
  readonly lastCounter: number
  readonly door: DoorState
  readonly batteryPercent: number | null
}

/** When a message came, taken before it was verified. */
export interface Arrival {
  readonly monotonicMs: number
  readonly nowMs: number
}

/** An answer this late is no answer: it may have been held back. */
export const ANSWER_MAX_AGE_MS = 30_000

/**
 * What is known of one lock's presence. Online means: it answered a question that was asked in the gateway's present
 * broker connection, and since then there was no close, no will and no unanswered question.
 */
export class LockPresenceState {
  readonly #questions = new Map<Nonce, number>()
  #boot: { bootId: BootId; anchorS: number; lastCounter: number } | null = null
  #online = false
  #lastSeen: Arrival | null = null
  #lastAskedMonotonicMs: number | null = null
  #askDue = true
  /** When the latest question that a hello brought about is, or will be, put. */
  #helloQuestionMs = -Infinity
  #door: DoorState = 'unknown'
  #batteryPercent: number | null = null

  get online(): boolean {
    return this.#online
  }

  presence(): LockPresence {
    return {
      online: this.#online,
      lastSeenMs: this.#lastSeen?.nowMs ?? null,
      door: this.#door,
      batteryPercent: this.#batteryPercent,
    }
  }

  freshness(monotonicMs: number): LockFreshness | null {
    if (!this.#online || this.#boot === null) return null
    const { bootId, lastCounter, anchorS } = this.#boot
    return { bootId, lastCounter, uptimeS: uptimeAt(anchorS, monotonicMs) }
  }

  /** It must be asked: nothing is known of its present connection, or it has been silent for `silenceMs`. */
  isAskDue(monotonicMs: number, silenceMs: number, spacingMs: number): boolean {
    const sinceAskedMs = monotonicMs - (this.#lastAskedMonotonicMs ?? -Infinity)
    if (this.#askDue) return sinceAskedMs >= spacingMs
    return sinceAskedMs >= silenceMs && monotonicMs - (this.#lastSeen?.monotonicMs ?? -Infinity) >= silenceMs
  }

  /** How long a question that a hello brings about has to wait, in ms; null when one is waiting already. */
  takeHelloQuestion(monotonicMs: number, spacingMs: number): number | null {
    if (this.#helloQuestionMs > monotonicMs) return null
    this.#helloQuestionMs = Math.max(monotonicMs, this.#helloQuestionMs + spacingMs)
    return this.#helloQuestionMs - monotonicMs
  }

  asked(nonce: Nonce, monotonicMs: number): void {
    for (const [old, askedMs] of this.#questions) {
      if (monotonicMs - askedMs > ANSWER_MAX_AGE_MS) this.#questions.delete(old)
    }
    this.#questions.set(nonce, monotonicMs)
    this.#lastAskedMonotonicMs = monotonicMs
    this.#askDue = false
  }

  /** The time for an answer has passed. True when that took the lock offline. */
  unanswered(nonce: Nonce): boolean {
    if (!this.#questions.has(nonce)) return false
    const was = this.#online
    this.#online = false
    return was
  }

  /** The connection is gone, the lock's or the gateway's own: what was asked in it can't be answered any more. */
  closed(): void {
    this.#online = false
    this.#questions.clear()
    // A will can be older than the connection that it seems to end: the lock itself may say that it is there.
    this.#askDue = true
  }

  /** A signed hello. True when it answers one of our questions; only then it may name a new boot. */
  helloCame(nonce: Nonce | null, word: LockWord, arrival: Arrival): boolean {
    const askedMs = nonce === null ? undefined : this.#questions.get(nonce)
    if (askedMs === undefined || arrival.monotonicMs - askedMs > ANSWER_MAX_AGE_MS) {
      this.#raise(word, arrival)
      return false
    }
    // The questions before it are answered too: their hello, if it ever comes, is older.
    for (const [asked, atMs] of this.#questions) if (atMs <= askedMs) this.#questions.delete(asked)
    this.#answerCame(word, arrival)
    this.#online = true
    return true
  }

  /**
   * A verified ack; `madeFor` is the boot of the command in flight to which it is bound, null when it is bound to none.
   * Such an ack is as fresh as an answered question, unless a question was answered since: a lock repeats stored acks,
   * and one that an earlier boot signed must not lead back to that boot.
   */
  ackCame(word: LockWord, arrival: Arrival, madeFor: BootId | null): void {
    if (madeFor !== null && madeFor === this.#boot?.bootId) this.#answerCame(word, arrival)
    else this.#raise(word, arrival)
  }

  #answerCame(word: LockWord, arrival: Arrival): void {
    if (this.#boot?.bootId === word.bootId) this.#raise(word, arrival)
    else {
      this.#boot = {
        bootId: word.bootId,
        anchorS: anchorOf(word.uptimeS, arrival.monotonicMs),
        lastCounter: word.lastCounter,
      }
    }
    this.#seen(word, arrival)
  }

  /** Another message can only raise what is known of the present boot; one of another boot never touches it. */
  #raise(word: LockWord, arrival: Arrival): void {
    if (this.#boot?.bootId !== word.bootId) return
    this.#boot = {
      bootId: word.bootId,
      anchorS: Math.max(this.#boot.anchorS, anchorOf(word.uptimeS, arrival.monotonicMs)),
      lastCounter: Math.max(this.#boot.lastCounter, word.lastCounter),
    }
    this.#seen(word, arrival)
  }

  #seen(word: LockWord, arrival: Arrival): void {
    if (this.#lastSeen !== null && this.#lastSeen.monotonicMs > arrival.monotonicMs) return
    this.#lastSeen = arrival
    this.#door = word.door
    this.#batteryPercent = word.batteryPercent
  }
}
