import type { LockId, TempKeyUuid } from '#protocol/ids.ts'
import type { Clock } from './clock.ts'
import type { OpenLockOutcome } from './outcomes.ts'

/** A tap this soon after the success of another one is the same tap. */
export const JOIN_AFTER_SUCCESS_MS = 2_000

export interface TapScope {
  /** Null for an opening without a key. */
  readonly tempKeyUuid: TempKeyUuid | null
  readonly lockId: LockId
  /** On whitelist keys only the same user joins; null on public keys, where nobody is known. Without a key: who asks. */
  readonly userId: string | null
}

/** The attempts that a second tap joins: those in progress, and those that succeeded a moment ago. */
export class LiveTaps {
  readonly #attempts = new Map<string, Promise<OpenLockOutcome>>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The attempt to join; null when this tap must begin its own. */
  find(scope: TapScope): Promise<OpenLockOutcome> | null {
    return this.#attempts.get(nameOf(scope)) ?? null
  }

  /** Begins an attempt that others can join. Must follow `find` without an await between. */
  begin(scope: TapScope, attempt: () => Promise<OpenLockOutcome>): Promise<OpenLockOutcome> {
    const name = nameOf(scope)
    const running = attempt()
    this.#attempts.set(name, running)
    const forget = () => {
      if (this.#attempts.get(name) === running) this.#attempts.delete(name)
    }
    running.then((outcome) => {
      if (outcome.kind === 'opened') this.#clock.startTimer(JOIN_AFTER_SUCCESS_MS, forget)
      else forget()
    }, forget)
    return running
  }
}

const nameOf = (scope: TapScope): string => `${scope.tempKeyUuid ?? 'direct'} ${scope.lockId} ${scope.userId ?? ''}`
