import type { Principal } from '#domain/access/principal.ts'
import { isFreshnessRefusal, type VerifiedAck } from '#domain/acks/ack.ts'
import { askWhatBecame } from '#domain/acks/ask-what-became.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { type LockAggregate, QUEUE_WAIT_MAX_MS } from '#domain/locks/lock-aggregate.ts'
import type { SendAnswer } from '#domain/locks/lock-link.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { IdempotencyScope } from '#domain/taps/idempotency-scope.ts'
import type { WaitingCaller } from '#domain/taps/waiting-callers.ts'
import { goesOn } from '#domain/time/goes-on.ts'
import { inTime, LATE } from '#domain/time/in-time.ts'
import {
  type KeyRef,
  type LockId,
  newCommandId,
  newOpeningId,
  type OpeningId,
  type TempKeyUuid,
} from '#protocol/ids.ts'
import { SLOWEST_CRYSTAL } from '#protocol/limits.ts'
import { conclude, notSent, unknownYet } from './conclude-opening.ts'
import type { Doors } from './doors.ts'
import type { OpenRequestNote } from './judge-reserve.ts'
import { holdsUse, type SignedCommand } from './opening.ts'
import { answerByMs, sendableUntilMs } from './opening-limits.ts'
import { outcomeOf } from './opening-outcome.ts'
import type { CommandRefusal, OpeningOutcome } from './outcomes.ts'
import { reserveInTime, withdrawLate } from './reserve-in-time.ts'
import { sendableMs } from './time-left.ts'

export interface OpenCommandRequest {
  readonly lockId: LockId
  readonly tempKeyUuid: TempKeyUuid | null
  readonly keyRef: KeyRef | null
  readonly principal: Principal
  readonly idempotency: IdempotencyScope | null
  readonly said?: OpenRequestNote
  /** Checks the caller's rights again when its turn has come; not for temp keys, which the transaction judges. */
  readonly refusal?: () => CommandRefusal | null
  readonly arrivedMonotonicMs: number
  readonly caller: WaitingCaller
}

/**
 * One opening, from the queue to what can be told of it: check, reserve, act, settle.
 *
 * No wait for the store is longer than the request has left. The store does the jobs of openings in the order in which
 * they were asked, so the lock's turn may go on as soon as the last job of this opening has been asked, whenever the disk
 * has it.
 */
export async function commandLock(request: OpenCommandRequest, deps: Doors): Promise<OpeningOutcome> {
  const lock = deps.locks.get(request.lockId)
  const aggregate = deps.locks.aggregate(request.lockId)
  if (lock === null || aggregate === null) return { kind: 'lock-offline' }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  if (!deps.link.presence(lock.lockId).online) return { kind: 'lock-offline' }

  const leftMs = sendableMs(request, deps)
  if (leftMs <= 0) return { kind: 'overloaded' }
  const queuedMonotonicMs = deps.clock.monotonicMs()
  const giveTurnBack = await aggregate.takeTurn(Math.min(QUEUE_WAIT_MAX_MS, leftMs))
  if (giveTurnBack === null) return { kind: 'lock-busy' }
  const notOurs = { ms: deps.clock.monotonicMs() - queuedMonotonicMs }
  const openingId = newOpeningId()
  let outcome: OpeningOutcome
  deps.inProgress.add(openingId)
  try {
    outcome = await inTurn(
      openingId,
      { ...request, notOurs, steps: { sentAfterMs: null, ackedAfterMs: null } },
      lock,
      aggregate,
      deps,
    )
    if (BY_LOCK.has(outcome.kind))
      deps.meter.tookItself(deps.clock.monotonicMs() - request.arrivedMonotonicMs - notOurs.ms)
  } finally {
    deps.inProgress.delete(openingId)
    giveTurnBack()
  }
  return outcome.kind === 'unconfirmed' ? await waitForOutcome(outcome.openingId, request, deps) : outcome
}

/** The lock itself said what became of it. */
const BY_LOCK: ReadonlySet<OpeningOutcome['kind']> = new Set(['opened', 'lock-refused', 'lock-jammed'])

interface InTurn extends OpenCommandRequest {
  /** Time that this opening waited for the lock or for its turn. */
  readonly notOurs: { ms: number }
  /** Filled as it goes. */
  readonly steps: { sentAfterMs: number | null; ackedAfterMs: number | null }
}

/** Sends a stored command, and measures how long the lock took. */
async function send(
  command: SignedCommand,
  request: InTurn,
  { link, clock, meter, limits }: Doors,
): Promise<SendAnswer> {
  const sentMonotonicMs = clock.monotonicMs()
  const answer = await link.send(command, request.arrivedMonotonicMs + limits.deadlineMs)
  const afterMs = clock.monotonicMs() - sentMonotonicMs
  request.notOurs.ms += afterMs
  const sinceArrivalMs = (monotonicMs: number) => Math.max(0, Math.round(monotonicMs - request.arrivedMonotonicMs))
  if (answer.kind !== 'not-sent') request.steps.sentAfterMs = sinceArrivalMs(sentMonotonicMs)
  if (answer.kind === 'acked') {
    request.steps.ackedAfterMs = sinceArrivalMs(sentMonotonicMs + afterMs)
    meter.acked(afterMs)
  }
  return answer
}

async function inTurn(
  openingId: OpeningId,
  request: InTurn,
  lock: Lock,
  aggregate: LockAggregate,
  deps: Doors,
): Promise<OpeningOutcome> {
  if (deps.isShuttingDown()) return { kind: 'shutting-down' }
  const notAnyMore = request.refusal?.() ?? null
  if (notAnyMore !== null) return { kind: notAnyMore }
  // While it waited: nobody is to be told that trying again helps.
  if ((deps.locks.get(lock.lockId)?.retiredAtMs ?? null) !== null) return { kind: 'lock-retired' }
  const first = await signFresh(openingId, request, lock, aggregate, deps)
  if (first === null) return { kind: 'lock-offline' }
  // After the signature, not before: the event loop has turned meanwhile, so a close that came with the request is known.
  if (!(await request.caller.isThere())) {
    deps.log.info({ lockId: lock.lockId }, 'nobody waits for this opening any more: nothing was sent')
    return { kind: 'caller-gone' }
  }
  // A wait in the queue ends with `lock-busy` before this: the time was lost in the gateway, not at the lock.
  if (sendableMs(request, deps) <= 0) return { kind: 'overloaded' }

  // The transaction is the judge; the checks before it only explain.
  const { tempKeyUuid, principal, idempotency, said } = request
  const reservation = await reserveInTime(
    {
      openingId,
      lockId: lock.lockId,
      tempKeyUuid,
      principal,
      command: first,
      idempotency,
      ...(said !== undefined && { said }),
      atMs: deps.clock.nowMs(),
    },
    request,
    deps,
  )
  if (reservation === LATE) return { kind: 'store-failed' }
  if (reservation.kind !== 'reserved') return { kind: reservation.kind }
  if (sendableMs(request, deps) <= 0) return await notSent(openingId, 'overloaded', request, deps)

  try {
    const answer = await send(first, request, deps)
    // The lock's own seconds tell that this machine stood still: whoever asked has waited for longer than it seems here.
    const mayBeSignedAnew = answer.kind === 'acked' && isFreshnessRefusal(answer.ack) && !answer.wasSuspended
    if (!mayBeSignedAnew) return await conclude(openingId, answer, request, deps)

    const second = sendableMs(request, deps) > 0 ? await signFresh(openingId, request, lock, aggregate, deps) : null
    if (second === null) return await conclude(openingId, answer, request, deps)
    const resigning = resign(answer.ack, second, deps)
    if ((await inTime(resigning, sendableUntilMs(request, deps.limits), deps.clock)) === LATE) {
      goesOn(resigning, openingId, deps)
      withdrawLate(openingId, lock.lockId, deps)
      return { kind: 'store-failed', openingId }
    }
    if (sendableMs(request, deps) <= 0) return await notSent(openingId, 'overloaded', request, deps)
    return await conclude(openingId, await send(second, request, deps), request, deps)
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    // The lock repeats its ack until it has a receipt: the truth is late, not lost.
    deps.log.error({ lockId: lock.lockId, openingId, cause: error.message }, 'opening not settled')
    return { kind: 'unconfirmed', openingId, lockId: lock.lockId }
  }
}

/** Null when the lock is not online, or says that its boot has no counter left: there is nothing to build a command on. */
async function signFresh(
  openingId: OpeningId,
  request: OpenCommandRequest,
  lock: Lock,
  aggregate: LockAggregate,
  deps: Doors,
): Promise<SignedCommand | null> {
  const freshness = deps.link.freshness(lock.lockId)
  if (freshness === null) return null
  const counter = aggregate.allocateCounter(freshness.bootId, freshness.lastCounter)
  if (counter === null) {
    deps.log.warn(
      { lockId: lock.lockId, lastCounter: freshness.lastCounter },
      'the lock leaves no counter to command it',
    )
    return null
  }
  const secondsLeft = (request.arrivedMonotonicMs + deps.limits.deadlineMs - deps.clock.monotonicMs()) / 1_000
  return await deps.link.signOpen({
    commandId: newCommandId(),
    openingId,
    lockId: lock.lockId,
    keyRef: request.keyRef,
    bootId: freshness.bootId,
    counter,
    // Counted in the seconds of the slowest crystal allowed: a slow lock must not move its bolt after the deadline.
    notAfterUptimeS: Math.floor(freshness.uptimeS + SLOWEST_CRYSTAL * secondsLeft),
    pulseS: lock.pulseS,
  })
}

async function resign(ack: VerifiedAck, command: SignedCommand, deps: Doors): Promise<void> {
  await deps.store.resign({ ack, command, atMs: deps.clock.nowMs() })
  deps.link.giveReceipt(ack)
  deps.log.info({ lockId: ack.lockId, openingId: command.openingId, reason: ack.reason }, 'command signed once more')
}

/** Outside the turn, so that no other key waits for a lock that is silent about this one. */
async function waitForOutcome(openingId: OpeningId, request: OpenCommandRequest, deps: Doors): Promise<OpeningOutcome> {
  try {
    const opening = await deps.store.findOpening(openingId)
    if (opening === null) return unknownYet(openingId, request.lockId)
    if (!holdsUse(opening.state)) return outcomeOf(opening)
    // With no time left the lock is asked all the same: its answer settles the opening for whoever asks next.
    return outcomeOf(await askWhatBecame(opening, answerByMs(request, deps.limits), deps))
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    return unknownYet(openingId, request.lockId)
  }
}
