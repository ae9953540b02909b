import { settleOpening, tellTaps } from '#domain/acks/settle-opening.ts'
import type { SendAnswer } from '#domain/locks/lock-link.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { goesOn } from '#domain/time/goes-on.ts'
import { inTime, LATE } from '#domain/time/in-time.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'
import type { Doors } from './doors.ts'
import type { Opening, OpeningSteps } from './opening.ts'
import { type Arrived, answerByMs } from './opening-limits.ts'
import { outcomeOf } from './opening-outcome.ts'
import type { OpeningOutcome } from './outcomes.ts'

/**
 * Longer than a commit takes unless the disk fails. The store gets at least this long for an ack that came just before
 * the answer is due, or after the process was suspended, so that the answer tells what really happened.
 */
const SETTLE_AT_LEAST_MS = 250

const storedByMs = (request: Arrived, { limits, clock }: Doors): number =>
  Math.max(answerByMs(request, limits), clock.monotonicMs() + SETTLE_AT_LEAST_MS)

interface Concluded extends Arrived {
  readonly lockId: LockId
  readonly steps: OpeningSteps
}

/** Stores what became of a request's command, and answers with it; `unconfirmed` when the store takes too long. */
export async function conclude(
  openingId: OpeningId,
  answer: SendAnswer,
  request: Concluded,
  deps: Doors,
): Promise<OpeningOutcome> {
  const { lockId } = request
  switch (answer.kind) {
    case 'acked': {
      const settling = settleOpening(answer.ack, { ...request.steps }, deps)
      const settled = await inTime(settling, storedByMs(request, deps), deps.clock)
      if (settled === LATE) {
        // As any word that comes after its request was answered: a tap right after it is the same tap.
        goesOn(
          settling.then((late) => tellTaps(late, deps)),
          openingId,
          deps,
        )
        return unknownYet(openingId, lockId)
      }
      return settled.opening === null ? unknownYet(openingId, lockId) : outcomeOf(settled.opening)
    }
    case 'not-sent':
      return await notSent(openingId, 'lock-offline', request, deps)
    case 'silent': {
      const marking = announced(
        deps.store.markUnconfirmed({
          openingId,
          reason: 'silent',
          atMs: deps.clock.nowMs(),
          steps: { ...request.steps },
        }),
        deps,
      )
      const opening = await inTime(marking, storedByMs(request, deps), deps.clock)
      if (opening !== LATE) return outcomeOf(opening)
      goesOn(marking, openingId, deps)
      return unknownYet(openingId, lockId)
    }
    default:
      return unreachable(answer)
  }
}

async function announced(changing: Promise<Opening>, deps: Doors): Promise<Opening> {
  const opening = await changing
  deps.watch.announce(opening)
  return opening
}

export const unknownYet = (openingId: OpeningId, lockId: LockId): OpeningOutcome => ({
  kind: 'unconfirmed',
  openingId,
  lockId,
})

/** For an opening of which nothing was sent: answers so even when the store has not recorded it in time. */
export async function notSent(
  openingId: OpeningId,
  reason: 'lock-offline' | 'overloaded',
  request: Concluded,
  deps: Doors,
): Promise<OpeningOutcome> {
  const marking = announced(deps.store.markNotSent({ openingId, reason, atMs: deps.clock.nowMs() }), deps)
  try {
    const opening = await inTime(marking, storedByMs(request, deps), deps.clock)
    if (opening !== LATE) return opening.state === 'not-sent' ? { kind: reason, openingId } : outcomeOf(opening)
    goesOn(marking, openingId, deps)
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error({ lockId: request.lockId, openingId, cause: error.message }, 'opening not released')
  }
  return { kind: reason, openingId }
}
