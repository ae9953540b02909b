import { hash } from 'node:crypto'
import { type Principal, principalLabel, userIdOf } from '#domain/access/principal.ts'
import { recordDenial } from '#domain/access/record-denial.ts'
import { askWhatBecame } from '#domain/acks/ask-what-became.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { IdempotencyScope } from '#domain/taps/idempotency-scope.ts'
import { joinOrBegin, recordJoin } from '#domain/taps/join-or-begin.ts'
import type { TapScope } from '#domain/taps/live-taps.ts'
import { fresh, onceFor, type Remembering } from '#domain/taps/once-for.ts'
import type { WaitingCaller } from '#domain/taps/waiting-callers.ts'
import {
  isUsedUp,
  isWhitelisted,
  type TempKey,
  type TempKeyRefusal,
  tempKeyWindowRefusal,
} from '#domain/temp-keys/temp-key.ts'
import { isClockTrusted } from '#domain/time/clock.ts'
import { keyRefOf, type TempKeyUuid } from '#protocol/ids.ts'
import { commandLock } from './command-lock.ts'
import type { Doors } from './doors.ts'
import { holdsUse, mayStillBeOpen, type Opening } from './opening.ts'
import type { Arrived } from './opening-limits.ts'
import type { OpeningAnswer, OpeningOutcome } from './outcomes.ts'
import { sendableMs } from './time-left.ts'

/** Who the caller proved to be; asked only when the key needs to know. */
export type Identified =
  | Extract<Principal, { kind: 'user' | 'service' }>
  | { kind: 'token-missing' }
  | { kind: 'token-invalid' }

export interface OpenByKeyRequest {
  readonly tempKeyUuid: TempKeyUuid
  identify(): Promise<Identified>
  /** Counts one command against the key; null while it may be sent, otherwise the whole seconds after which one may. */
  takeCommand(): Promise<number | null>
  /** The Idempotency-Key header and SHA-256 of the body; null without the header. */
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | null
  /** When the request arrived at the latest, monotonic: every deadline counts from here. */
  readonly arrivedMonotonicMs: number
  readonly caller: WaitingCaller
}

/** A tap. Never spends a use that provably moved no bolt; never gives one back that might have. */
export async function openByKey(request: OpenByKeyRequest, deps: Doors): Promise<OpeningAnswer> {
  const answer = await judgedTap(request, deps)
  deps.meter.answered('key', answer.outcome.kind)
  return answer
}

async function judgedTap(request: OpenByKeyRequest, deps: Doors): Promise<OpeningAnswer> {
  try {
    const key = await deps.store.findTempKey(request.tempKeyUuid)
    if (key === null) return fresh({ kind: 'key-not-found' })
    // A temp key with access mode `public` asks for no identity: an invalid token that comes with it is ignored.
    const principal = key.accessMode === 'public' ? GUEST : await request.identify()
    if (principal.kind === 'token-missing' || principal.kind === 'token-invalid') return fresh(principal)
    if (key.accessMode === 'user-whitelist' && !isWhitelisted(key, principal)) {
      return fresh(await deny(key, principal, { kind: 'not-whitelisted' }, request, deps))
    }
    const scope = idempotencyScope(request, principal)
    if (scope === null) return fresh(await tap(key, principal, request, deps))
    return await onceFor(scope, request.caller, deps, (remembering, caller) =>
      tap(key, principal, { ...request, caller }, deps, remembering),
    )
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error({ cause: error.message }, 'store failed before anything was sent')
    return fresh({ kind: 'store-failed' })
  }
}

const GUEST: Principal = { kind: 'guest' }

function idempotencyScope(request: OpenByKeyRequest, principal: Principal): IdempotencyScope | null {
  if (request.idempotency === null) return null
  const scope = JSON.stringify(['open', request.tempKeyUuid, principalLabel(principal), request.idempotency.key])
  return { scopeHash: hash('sha256', scope, 'base64url'), requestHash: request.idempotency.bodyHash }
}

async function tap(
  key: TempKey,
  principal: Principal,
  request: OpenByKeyRequest,
  deps: Doors,
  remembering: Remembering | null = null,
): Promise<OpeningOutcome> {
  const refusal = tempKeyWindowRefusal(key, deps.clock.nowMs())
  if (refusal !== null) return await deny(key, principal, { kind: refusal }, request, deps)

  // It joins no other tap either: whoever tapped so long ago may stand elsewhere now.
  if (sendableMs(request, deps) <= 0) return { kind: 'overloaded' }
  const scope: TapScope = { tempKeyUuid: key.uuid, lockId: key.lockId, userId: userIdOf(principal) }
  return await joinOrBegin({ scope, principal, request, remembering }, deps, (caller) =>
    attempt(key, principal, remembering, { ...request, caller }, deps),
  )
}

async function attempt(
  known: TempKey,
  principal: Principal,
  remembering: Remembering | null,
  request: OpenByKeyRequest,
  deps: Doors,
): Promise<OpeningOutcome> {
  const { uuid: tempKeyUuid, lockId } = known
  // An opening that nobody knows the end of holds a use: where none is held, there is nothing to ask about.
  const unknown = known.heldCount > 0 ? await unknownOpening(known, deps) : null
  const asked = unknown === null ? null : await ask(unknown.opening, request, deps)
  const key = asked === null ? known : await deps.store.findTempKey(tempKeyUuid)
  if (key === null) return { kind: 'key-not-found' }
  // Another user's opening is not this one's answer: nobody is told of a door that did not open for him.
  if (unknown?.isLatest && asked?.state === 'opened' && asked.userId === userIdOf(principal)) {
    // Nor is an opening whose door has shut again, while a use is left: the person at the door wants in now.
    if (isUsedUp(key) || mayStillBeOpen(asked, deps.locks.get(lockId)?.pulseS ?? 0, deps.clock.nowMs())) {
      await recordJoin({ openingId: asked.openingId, principal, isEvent: true }, remembering, request, deps)
      return { kind: 'opened', opening: asked }
    }
  }
  if (isUsedUp(key)) return await usedUp(key, principal, request, deps)
  if (deps.isShuttingDown()) return { kind: 'shutting-down' }
  if (!isClockTrusted(deps.clock.nowMs(), deps.clockTrust)) return { kind: 'clock-untrusted' }

  if (!deps.link.presence(lockId).online) return { kind: 'lock-offline' }
  const retryAfterS = await request.takeCommand()
  if (retryAfterS !== null) return { kind: 'rate-limited', retryAfterS }

  const { arrivedMonotonicMs, caller } = request
  const keyRef = keyRefOf(tempKeyUuid)
  const idempotency = remembering?.scope ?? null
  const command = { lockId, tempKeyUuid, keyRef, principal, idempotency, arrivedMonotonicMs, caller }
  const outcome = await commandLock(command, deps)
  if (outcome.kind === 'key-used-up') return await usedUp(key, principal, request, deps)
  return isDenial(outcome) ? await deny(key, principal, outcome, request, deps) : outcome
}

/** The opening that a new tap must first ask about: the key's newest, or, when the key is used up, the one that holds a use. */
async function unknownOpening(key: TempKey, deps: Doors): Promise<{ opening: Opening; isLatest: boolean } | null> {
  const latest = await deps.store.latestOpening(key.uuid)
  if (latest !== null && isUnknown(latest, deps)) return { opening: latest, isLatest: true }
  const holder = isUsedUp(key) ? await holderOf(key, deps) : null
  return holder !== null && isUnknown(holder, deps) ? { opening: holder, isLatest: false } : null
}

/** A tap that is old already asks shorter, so that it still has time to open when the lock stays silent. */
async function ask(opening: Opening, request: Arrived, deps: Doors): Promise<Opening> {
  if (!deps.link.presence(opening.lockId).answers) return opening
  const waitMs = Math.min(deps.limits.askWaitMs, sendableMs(request, deps) / 2)
  return await askWhatBecame(opening, deps.clock.monotonicMs() + waitMs, deps)
}

async function holderOf(key: TempKey, deps: Doors): Promise<Opening | null> {
  const latest = await deps.store.latestOpening(key.uuid)
  if (latest !== null && holdsUse(latest.state)) return latest
  return await deps.store.oldestUnsettledOf(key.uuid)
}

/** A use that is held is not yet spent: whoever taps then is told so. */
async function usedUp(key: TempKey, principal: Principal, request: Arrived, deps: Doors): Promise<OpeningOutcome> {
  const holder = await holderOf(key, deps)
  if (holder !== null) return { kind: 'opening-unconfirmed', openingId: holder.openingId }
  return await deny(key, principal, { kind: 'key-used-up' }, request, deps)
}

/** The bolt may have moved for it, and no request is at work on it. */
const isUnknown = (opening: Opening, deps: Doors): boolean =>
  holdsUse(opening.state) && !deps.inProgress.has(opening.openingId)

type Denial = { readonly kind: TempKeyRefusal | 'not-whitelisted' }

const DENIALS = {
  'key-revoked': true,
  'key-not-yet-valid': true,
  'key-expired': true,
  'key-used-up': true,
  'not-whitelisted': true,
} as const satisfies Record<Denial['kind'], true>
const isDenial = (outcome: OpeningOutcome): outcome is Denial => Object.hasOwn(DENIALS, outcome.kind)

/** A denial of a known key is part of what happened at this door. */
async function deny(
  { uuid, lockId }: TempKey,
  principal: Principal,
  denial: Denial,
  request: Arrived,
  deps: Doors,
): Promise<OpeningOutcome> {
  await recordDenial({ lockId, tempKeyUuid: uuid, reason: denial.kind, principal }, request, deps)
  return denial
}
