import { outcomeOf } from '#domain/openings/opening-outcome.ts'
import type { OpeningAnswer, OpeningOutcome } from '#domain/openings/outcomes.ts'
import type { ReadsOfOpenings } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { IdempotencyScope } from './idempotency-scope.ts'
import { type WaitingCaller, WaitingCallers } from './waiting-callers.ts'

/** Requests with an Idempotency-Key that are running now, by scope: a repeat waits for the same answer. */
export type IdempotentRequests = Map<string, RunningRequest>

interface RunningRequest {
  readonly requestHash: string
  readonly outcome: Promise<OpeningOutcome>
  readonly callers: WaitingCallers
}

interface OnceForDeps {
  store: Pick<ReadsOfOpenings, 'findIdempotent'>
  remembered: IdempotentRequests
  clock: Pick<Clock, 'nowMs'>
}

/** A request that is to be remembered under its Idempotency-Key. */
export interface Remembering {
  readonly scope: IdempotencyScope
  /** Work that stores it, should that not be done when the request is answered. */
  readonly storing: Promise<unknown>[]
}

/** Runs once for all requests of one scope: a repeat waits for the same answer, or is told of the opening it was about. */
export async function onceFor(
  scope: IdempotencyScope,
  caller: WaitingCaller,
  deps: OnceForDeps,
  run: (remembering: Remembering, callers: WaitingCaller) => Promise<OpeningOutcome>,
): Promise<OpeningAnswer> {
  const stored = await deps.store.findIdempotent(scope.scopeHash, deps.clock.nowMs())
  const running = deps.remembered.get(scope.scopeHash)
  // What sent nothing is not remembered: the same request may try again.
  const answered = stored?.opening.state === 'not-sent' ? null : stored
  const earlier = running ?? answered
  if (earlier !== null && earlier.requestHash !== scope.requestHash) return fresh({ kind: 'idempotency-mismatch' })
  if (running !== undefined) {
    running.callers.add(caller)
    return { outcome: await running.outcome, replayed: true }
  }
  if (answered !== null) return { outcome: outcomeOf(answered.opening), replayed: true }
  const remembering: Remembering = { scope, storing: [] }
  const callers = new WaitingCallers(caller)
  const outcome = run(remembering, callers)
  deps.remembered.set(scope.scopeHash, { requestHash: scope.requestHash, outcome, callers })
  const forget = () => deps.remembered.delete(scope.scopeHash)
  try {
    return fresh(await outcome)
  } finally {
    // Until the store has it, a repeat that comes meanwhile must be known from memory.
    if (remembering.storing.length === 0) forget()
    else void Promise.allSettled(remembering.storing).then(forget)
  }
}

export const fresh = (outcome: OpeningOutcome): OpeningAnswer => ({ outcome, replayed: false })
