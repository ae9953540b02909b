import type { AskAnswer } from '#domain/locks/lock-link.ts'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockPresenceState } from '#lock-link/inbox/lock-presence.ts'
import { type LockId, type Nonce, newNonce } from '#protocol/ids.ts'

/** Waits between two questions to one lock: it answers at most one a second. */
export const ASK_SPACING_MS = 1_000

interface Options {
  readonly clock: Clock
  readonly log: Log
  /** A lock that has not answered after this is offline. */
  readonly answerWaitMs: number
  stateOf(lockId: LockId): LockPresenceState
  /** Something handed over now would reach the lock, as far as the broker tells. */
  reaches(lockId: LockId): boolean
  sign(lockId: LockId, nonce: Nonce): Promise<string>
  publish(lockId: LockId, message: string): void
  inBackground(work: Promise<void>): void
}

/** Asks locks to say how they are, and waits for their answers. */
export class HelloQuestions {
  readonly #options: Options
  /** Somebody waits for the lock's next answer; whoever asks meanwhile waits for the same. */
  readonly #byPeople = new Map<
    LockId,
    { readonly answer: Promise<AskAnswer>; readonly end: (came: AskAnswer) => void }
  >()

  constructor(options: Options) {
    this.#options = options
  }

  async ask(lockId: LockId): Promise<void> {
    const { clock, log, answerWaitMs, stateOf, reaches, sign, publish } = this.#options
    // Nothing is signed for a lock that can't be reached: it is asked as soon as it connects.
    if (!reaches(lockId)) return
    const state = stateOf(lockId)
    const nonce = newNonce()
    state.asked(nonce, clock.monotonicMs())
    publish(lockId, await sign(lockId, nonce))
    clock.startTimer(answerWaitMs, () => {
      if (state.unanswered(nonce, clock.nowMs())) log.warn({ lockId }, 'lock offline: it did not answer')
    })
  }

  /**
   * A lock sends an unasked hello when it has just connected: it is asked at once, even if it was asked a moment ago.
   * Only questions that answer such hellos are spaced, so that a flood of hellos is not a flood of questions.
   */
  afterHello(lockId: LockId): void {
    const { clock, stateOf } = this.#options
    const waitMs = stateOf(lockId).takeHelloQuestion(clock.monotonicMs(), ASK_SPACING_MS)
    if (waitMs !== null) this.#askIn(waitMs, lockId)
  }

  /** A person wants to know whether it answers, and how long that takes. Twenty who ask at once are one question. */
  byPerson(lockId: LockId): Promise<AskAnswer> {
    const { clock, answerWaitMs, stateOf, reaches } = this.#options
    const known = this.#byPeople.get(lockId)
    if (known !== undefined) return known.answer
    if (!reaches(lockId)) return Promise.resolve({ kind: 'unreachable' })
    const waitMs = stateOf(lockId).msUntilAskable(clock.monotonicMs(), ASK_SPACING_MS)
    const { promise: answer, resolve } = Promise.withResolvers<AskAnswer>()
    const cancel = clock.startTimer(waitMs + answerWaitMs, () => end({ kind: 'silent' }))
    const end = (came: AskAnswer): void => {
      cancel()
      this.#byPeople.delete(lockId)
      resolve(came)
    }
    this.#byPeople.set(lockId, { answer, end })
    this.#askIn(waitMs, lockId)
    return answer
  }

  /** The lock answered one of the questions. */
  answered(lockId: LockId, tookMs: number): void {
    this.#byPeople.get(lockId)?.end({ kind: 'answered', tookMs })
  }

  #askIn(waitMs: number, lockId: LockId): void {
    const { clock, inBackground } = this.#options
    if (waitMs <= 0) inBackground(this.ask(lockId))
    else clock.startTimer(waitMs, () => inBackground(this.ask(lockId)))
  }
}
