import type { Opening } from '#domain/openings/opening.ts'
import type { OpeningOutcome } from '#domain/openings/outcomes.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId, TempKeyUuid } from '#protocol/ids.ts'
import { type WaitingCaller, WaitingCallers } from './waiting-callers.ts'

/** A tap this soon after the success of another one is the same tap. */
export const JOIN_AFTER_SUCCESS_MS = 2_000
/** Joins of one attempt that are an event each; a flood of taps beyond that is answered, and is no event any more. */
export const JOIN_EVENTS_MAX = 200
/** Joins of one attempt with an Idempotency-Key. More are turned away: forgotten, their repeat would open once more. */
export const JOINS_REMEMBERED_MAX = 1_000

export interface TapScope {
  /** Null for an opening without a key. */
  readonly tempKeyUuid: TempKeyUuid | null
  readonly lockId: LockId
  /** On whitelist keys only the same user joins; null on public keys, where nobody is known. Without a key: who asks. */
  readonly userId: string | null
}

export type Join =
  | { readonly kind: 'joined'; readonly outcome: Promise<OpeningOutcome>; readonly isEvent: boolean }
  /** Not remembered, its repeat would open again: the client is to retry when the attempt can't be joined any more. */
  | { readonly kind: 'too-many'; readonly retryAfterS: number }

export interface Attempt {
  readonly outcome: Promise<OpeningOutcome>
  /** Null once it has succeeded: nothing depends on them any more. */
  readonly callers: WaitingCallers | null
  joins: number
  remembered: number
  /** Monotonic; no end is known while it runs. */
  joinableUntilMs: number
}

/** Where attempts are kept: a Map, or something that does better with entries that live for milliseconds. */
export interface AttemptMap {
  get(name: string): Attempt | undefined
  set(name: string, attempt: Attempt): unknown
  delete(name: string): boolean
}

/** The attempts that a second tap joins: those in progress, and those that succeeded a moment ago. */
export class LiveTaps {
  readonly #attempts: AttemptMap
  /** Those that succeeded, in the order in which they end. */
  #ending: { readonly name: string; readonly attempt: Attempt }[] = []
  readonly #clock: Clock

  constructor(clock: Clock, attempts: AttemptMap = new Map<string, Attempt>()) {
    this.#attempts = attempts
    this.#clock = clock
  }

  /**
   * Joins the live attempt; null when this tap must begin its own.
   *
   * @param isRemembered it has an Idempotency-Key
   */
  join(scope: TapScope, { caller, isRemembered }: { caller: WaitingCaller; isRemembered: boolean }): Join | null {
    const attempt = this.#live(nameOf(scope))
    if (attempt === null) return null
    if (isRemembered && attempt.remembered >= JOINS_REMEMBERED_MAX) {
      return { kind: 'too-many', retryAfterS: Math.ceil(JOIN_AFTER_SUCCESS_MS / 1_000) }
    }
    attempt.joins += 1
    if (isRemembered) attempt.remembered += 1
    if (attempt.joinableUntilMs === Number.POSITIVE_INFINITY) attempt.callers?.add(caller)
    return { kind: 'joined', outcome: attempt.outcome, isEvent: attempt.joins <= JOIN_EVENTS_MAX }
  }

  /** Begins an attempt that others can join. Must follow `join` without an await between. `run` is given all who wait for it. */
  begin(
    scope: TapScope,
    run: (callers: WaitingCaller) => Promise<OpeningOutcome>,
    caller: WaitingCaller,
  ): Promise<OpeningOutcome> {
    const name = nameOf(scope)
    const callers = new WaitingCallers(caller)
    const attempt: Attempt = {
      ...{ outcome: run(callers), callers, joins: 0, remembered: 0 },
      joinableUntilMs: Number.POSITIVE_INFINITY,
    }
    this.#attempts.set(name, attempt)
    attempt.outcome.then(
      (outcome) => {
        if (outcome.kind === 'opened') this.#forgetSoon(name, attempt)
        else this.#forget(name, attempt)
      },
      () => this.#forget(name, attempt),
    )
    return attempt.outcome
  }

  /** The lock's word came after its request was answered: a tap right after it is the same tap all the same. */
  succeededLate(opening: Opening): void {
    const { tempKeyUuid, lockId, userId } = opening
    if (tempKeyUuid === null) return
    const name = nameOf({ tempKeyUuid, lockId, userId })
    if (this.#live(name) !== null) return
    const outcome = Promise.resolve({ kind: 'opened', opening } as const)
    const attempt: Attempt = { outcome, callers: null, joins: 0, remembered: 0, joinableUntilMs: 0 }
    this.#attempts.set(name, attempt)
    this.#forgetSoon(name, attempt)
  }

  #live(name: string): Attempt | null {
    const attempt = this.#attempts.get(name)
    return attempt !== undefined && attempt.joinableUntilMs > this.#clock.monotonicMs() ? attempt : null
  }

  /** One timer lets go of many: a timer for each woke the process once more for each opening. */
  #forgetSoon(name: string, attempt: Attempt): void {
    attempt.joinableUntilMs = this.#clock.monotonicMs() + JOIN_AFTER_SUCCESS_MS
    this.#ending.push({ name, attempt })
    if (this.#ending.length === 1) this.#clock.startTimer(JOIN_AFTER_SUCCESS_MS, () => this.#forgetEnded())
  }

  #forgetEnded(): void {
    const nowMs = this.#clock.monotonicMs()
    const left = this.#ending.findIndex(({ attempt }) => attempt.joinableUntilMs > nowMs)
    const ended = this.#ending.splice(0, left === -1 ? this.#ending.length : left)
    for (const { name, attempt } of ended) this.#forget(name, attempt)
    if (this.#ending.length > 0) this.#clock.startTimer(JOIN_AFTER_SUCCESS_MS, () => this.#forgetEnded())
  }

  #forget(name: string, attempt: Attempt): void {
    if (this.#attempts.get(name) === attempt) this.#attempts.delete(name)
  }
}

const nameOf = (scope: TapScope): string => `${scope.tempKeyUuid ?? 'direct'} ${scope.lockId} ${scope.userId ?? ''}`
