import { hash } from 'node:crypto'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { IdempotencyScope } from '#domain/taps/idempotency-scope.ts'
import { joinOrBegin } from '#domain/taps/join-or-begin.ts'
import type { TapScope } from '#domain/taps/live-taps.ts'
import { fresh, onceFor, type Remembering } from '#domain/taps/once-for.ts'
import type { WaitingCaller } from '#domain/taps/waiting-callers.ts'
import { isClockTrusted } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import { commandLock } from './command-lock.ts'
import type { Doors } from './doors.ts'
import type { OpenRequestNote } from './judge-reserve.ts'
import type { CommandRefusal, OpeningAnswer, OpeningOutcome } from './outcomes.ts'
import { sendableMs } from './time-left.ts'

export interface OpenWithoutKeyRequest {
  readonly lockId: LockId
  /** Whoever may open this lock without a key: decided before this is called. */
  readonly principal: Principal
  readonly said: OpenRequestNote
  /** The same caller's next request with it gets this one's answer. */
  readonly idempotencyKey: string | null
  /** Why the principal may no more, asked again when it is its turn. */
  refusal(): CommandRefusal | null
  /** When the request arrived at the latest, monotonic: every deadline counts from here. */
  readonly arrivedMonotonicMs: number
  readonly caller: WaitingCaller
}

/** An opening without a key, by whoever commands the lock: no use is spent, everything else is as for a tap. */
export async function openWithoutKey(request: OpenWithoutKeyRequest, deps: Doors): Promise<OpeningAnswer> {
  const answer = await judged(request, deps)
  deps.meter.answered('direct', answer.outcome.kind)
  return answer
}

async function judged(request: OpenWithoutKeyRequest, deps: Doors): Promise<OpeningAnswer> {
  try {
    const scope = idempotencyScope(request)
    if (scope === null) return fresh(await attempt(request, null, deps))
    return await onceFor(scope, request.caller, deps, (remembering, caller) =>
      attempt({ ...request, caller }, remembering, deps),
    )
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error({ lockId: request.lockId, cause: error.message }, 'store failed before anything was sent')
    return fresh({ kind: 'store-failed' })
  }
}

async function attempt(
  request: OpenWithoutKeyRequest,
  remembering: Remembering | null,
  deps: Doors,
): Promise<OpeningOutcome> {
  const { lockId, principal, said, arrivedMonotonicMs } = request
  if (sendableMs(request, deps) <= 0) return { kind: 'overloaded' }
  // A test that joined an opening of a moment ago would show that one's times.
  const who = said.test === true ? `${whoJoins(principal)} ${request.idempotencyKey}` : whoJoins(principal)
  const scope: TapScope = { tempKeyUuid: null, lockId, userId: who }
  return await joinOrBegin({ scope, principal, request, remembering }, deps, async (caller) => {
    if (deps.isShuttingDown()) return { kind: 'shutting-down' }
    if (!isClockTrusted(deps.clock.nowMs(), deps.clockTrust)) return { kind: 'clock-untrusted' }
    const idempotency = remembering?.scope ?? null
    const command = { lockId, tempKeyUuid: null, keyRef: null, principal, idempotency, said, arrivedMonotonicMs }
    const refusal = () => request.refusal()
    return await commandLock({ ...command, refusal, caller }, deps)
  })
}

function idempotencyScope(request: OpenWithoutKeyRequest): IdempotencyScope | null {
  const { lockId, principal, said, idempotencyKey } = request
  if (idempotencyKey === null) return null
  const sha256 = (value: unknown) => hash('sha256', JSON.stringify(value), 'base64url')
  return {
    scopeHash: sha256(['OpenLock', lockId, whoJoins(principal), idempotencyKey]),
    requestHash: sha256([said.reason]),
  }
}

/** An organization that changes its API key between two tries is the same caller. */
const whoJoins = (principal: Principal): string =>
  principal.kind === 'service' ? `organization:${principal.organization}` : principalLabel(principal)
