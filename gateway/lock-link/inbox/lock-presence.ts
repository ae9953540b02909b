import type { LockFreshness, LockHello, LockPresence, OfflineCause } from '#domain/locks/lock-link.ts'
import type { BootId, Nonce } from '#protocol/ids.ts'
import type { DoorState } from '#protocol/limits.ts'
import { lowerAnchorOf, lowerUptimeAt, upperAnchorOf, upperUptimeAt } from './uptime-anchor.ts'

/** A verified message's report on the lock itself. */
export interface LockReport {
  readonly bootId: BootId
  readonly uptimeS: number
  readonly lastCounter: number
  readonly door: DoorState
  readonly batteryPercent: number | null
}

export interface HelloReport extends LockReport {
  /** Every `op` that the lock knows. Another one is never sent to it. */
  readonly ops: readonly string[]
  readonly firmware: string
}

/** When a message came, taken before it was verified. */
export interface Arrival {
  readonly monotonicMs: number
  readonly nowMs: number
}

/** The command in flight to which an ack is bound: for which boot it was made, and when it left. */
export interface CommandInFlight {
  readonly bootId: BootId
  readonly sentMonotonicMs: number
}

/** An answer this late is no answer: it may have been held back. */
export const ANSWER_MAX_AGE_MS = 30_000

interface KnownBoot {
  readonly bootId: BootId
  readonly lowerAnchorS: number
  readonly upperAnchorS: number
  readonly lastCounter: number
  /** Null while only the ack of a command has told of this boot. */
  readonly ops: readonly string[] | null
}

/**
 * What is known of one lock's presence. It answers when it answered a question that was asked in the gateway's present
 * broker connection, and since then there was no close, no will and no unanswered question. Online is one that answers
 * and can open.
 */
export class LockPresenceState {
  readonly #questions = new Map<Nonce, number>()
  #boot: KnownBoot | null = null
  #answers = false
  #sinceMs: number | null = null
  #lastHello: LockHello | null = null
  #lastSeen: Arrival | null = null
  #lastAskedMonotonicMs: number | null = null
  #askDue = true
  /** Questions in a row that stayed unanswered. */
  #missed = 0
  /** When the latest question that a hello brought about is, or will be, put. */
  #helloQuestionMs = -Infinity
  #door: DoorState = 'unknown'
  #batteryPercent: number | null = null

  get answers(): boolean {
    return this.#answers
  }

  get lastHello(): LockHello | null {
    return this.#lastHello
  }

  /** The lock's hello lists it, or nobody knows yet what the lock can do. */
  can(op: 'open' | 'outcome'): boolean {
    return this.#boot?.ops?.includes(op) ?? true
  }

  get online(): boolean {
    return this.#answers && this.can('open')
  }

  /** @param isReachable something handed over now would reach the lock, as far as the broker tells */
  presence(isReachable: boolean): LockPresence {
    return {
      online: this.online,
      answers: this.#answers,
      offlineCause: this.#offlineCause(isReachable),
      sinceMs: this.#sinceMs,
      lastSeenMs: this.#lastSeen?.nowMs ?? null,
      door: this.#door,
      batteryPercent: this.#batteryPercent,
    }
  }

  freshness(monotonicMs: number): LockFreshness | null {
    if (!this.online || this.#boot === null) return null
    const { bootId, lastCounter, lowerAnchorS } = this.#boot
    return { bootId, lastCounter, uptimeS: lowerUptimeAt(lowerAnchorS, monotonicMs) }
  }

  /**
   * It must be asked: nothing is known of its present connection, or it was silent for `silenceMs`, or the last question
   * stayed unanswered. Then it is asked again at once, and with pauses that double until they are as long as a silence.
   */
  isAskDue(monotonicMs: number, times: { silenceMs: number; answerWaitMs: number }, spacingMs: number): boolean {
    const sinceAskedMs = monotonicMs - (this.#lastAskedMonotonicMs ?? -Infinity)
    if (this.#askDue) return sinceAskedMs >= spacingMs
    if (this.#answers) {
      const sinceSeenMs = monotonicMs - (this.#lastSeen?.monotonicMs ?? -Infinity)
      return sinceAskedMs >= times.silenceMs && sinceSeenMs >= times.silenceMs
    }
    const pauseMs = this.#missed === 0 ? times.silenceMs : times.answerWaitMs * 2 ** (this.#missed - 1)
    return sinceAskedMs >= Math.min(pauseMs, times.silenceMs)
  }

  /** How long a question that a hello brings about has to wait, in ms; null when one is waiting already. */
  takeHelloQuestion(monotonicMs: number, spacingMs: number): number | null {
    if (this.#helloQuestionMs > monotonicMs) return null
    this.#helloQuestionMs = Math.max(monotonicMs, this.#helloQuestionMs + spacingMs)
    return this.#helloQuestionMs - monotonicMs
  }

  /** A lock holds back what it is asked sooner. */
  msUntilAskable(monotonicMs: number, spacingMs: number): number {
    return Math.max(0, (this.#lastAskedMonotonicMs ?? -Infinity) + spacingMs - monotonicMs)
  }

  /** Since the newest question, in whole ms. */
  msSinceAsked(monotonicMs: number): number {
    return Math.max(0, Math.round(monotonicMs - (this.#lastAskedMonotonicMs ?? monotonicMs)))
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
  unanswered(nonce: Nonce, nowMs: number): boolean {
    if (!this.#questions.has(nonce)) return false
    const was = this.#answers
    this.#answersFrom(nowMs, false)
    this.#missed += 1
    return was
  }

  /** The lock can hear questions: it has just connected, or the gateway has. */
  connected(): void {
    this.#askDue = true
    this.#missed = 0
  }

  /** The connection is gone, the lock's or the gateway's own: what was asked in it can't be answered any more. */
  closed(nowMs: number): void {
    this.#answersFrom(nowMs, false)
    this.#questions.clear()
    // A will can be older than the connection that it seems to end: the lock itself may say that it is there.
    this.connected()
  }

  /** A signed hello. True when it answers one of our questions; only then it may name a new boot. */
  helloCame(nonce: Nonce | null, report: HelloReport, arrival: Arrival): boolean {
    const askedMs = nonce === null ? undefined : this.#questions.get(nonce)
    if (askedMs === undefined || arrival.monotonicMs - askedMs > ANSWER_MAX_AGE_MS) {
      this.#raise(report, arrival)
      return false
    }
    // The questions before it are answered too: their hello, if it ever comes, is older.
    for (const [asked, atMs] of this.#questions) if (atMs <= askedMs) this.#questions.delete(asked)
    this.#answerCame(report, arrival, askedMs, report.ops)
    const { bootId, uptimeS, firmware, ops } = report
    this.#lastHello = { atMs: arrival.nowMs, bootId, uptimeS, firmware, ops }
    this.#answersFrom(arrival.nowMs, true)
    this.#missed = 0
    return true
  }

  /**
   * A verified ack; `inFlight` is the command in flight to which it is bound, null when it is bound to none. Such an ack is
   * as fresh as an answered question, unless a question was answered since: a lock repeats stored acks, and one that an
   * earlier boot signed must not lead back to that boot.
   */
  ackCame(report: LockReport, arrival: Arrival, inFlight: CommandInFlight | null): void {
    if (inFlight !== null && inFlight.bootId === this.#boot?.bootId) {
      const ops = this.#boot.bootId === report.bootId ? this.#boot.ops : null
      this.#answerCame(report, arrival, inFlight.sentMonotonicMs, ops)
    } else this.#raise(report, arrival)
  }

  /**
   * True when the lock counted more seconds than can have passed by this machine's clock: the machine was suspended,
   * and requests are older than they seem. Call before `ackCame`, which updates the bound that this compares with.
   */
  showsSuspension(report: LockReport, arrival: Arrival): boolean {
    if (this.#boot === null || this.#boot.bootId !== report.bootId) return false
    return report.uptimeS > upperUptimeAt(this.#boot.upperAnchorS, arrival.monotonicMs)
  }

  /** An answer to a fresh question sets the bounds anew, in both directions: a crystal may be slower than we allow for. */
  #answerCame(report: LockReport, arrival: Arrival, askedMonotonicMs: number, ops: readonly string[] | null): void {
    const before = this.#boot?.bootId === report.bootId ? this.#boot.lastCounter : 0
    this.#boot = {
      bootId: report.bootId,
      lowerAnchorS: lowerAnchorOf(report.uptimeS, arrival.monotonicMs),
      upperAnchorS: upperAnchorOf(report.uptimeS, askedMonotonicMs),
      lastCounter: Math.max(before, report.lastCounter),
      ops,
    }
    this.#seen(report, arrival)
  }

  /** Another message can only raise what is known of the present boot; one of another boot never touches it. */
  #raise(report: LockReport, arrival: Arrival): void {
    if (this.#boot?.bootId !== report.bootId) return
    this.#boot = {
      ...this.#boot,
      lowerAnchorS: Math.max(this.#boot.lowerAnchorS, lowerAnchorOf(report.uptimeS, arrival.monotonicMs)),
      lastCounter: Math.max(this.#boot.lastCounter, report.lastCounter),
    }
    this.#seen(report, arrival)
  }

  #answersFrom(nowMs: number, answers: boolean): void {
    if (this.#answers !== answers) this.#sinceMs = nowMs
    this.#answers = answers
  }

  #seen(report: LockReport, arrival: Arrival): void {
    if (this.#lastSeen !== null && this.#lastSeen.monotonicMs > arrival.monotonicMs) return
    this.#lastSeen = arrival
    this.#door = report.door
    this.#batteryPercent = report.batteryPercent
  }

  #offlineCause(isReachable: boolean): OfflineCause | null {
    if (this.online) return null
    if (this.#answers) return 'cannot-open'
    if (!isReachable) return 'not-connected'
    return this.#missed > 0 ? 'no-answer' : 'being-asked'
  }
}
