import { hash } from 'node:crypto'
import { keyRefOf, type OpeningId } from '#protocol/ids.ts'
import { askWhatBecame } from './ask-what-became.ts'
import { isClockTrusted } from './clock.ts'
import { commandLock } from './command-lock.ts'
import type { TapScope } from './live-taps.ts'
import type { OpenLockDeps, OpenLockRequest } from './open-lock-deps.ts'
import { holdsUse, mayStillBeOpen, type Opening } from './opening.ts'
import { outcomeOf } from './opening-outcome.ts'
import type { OpenLockAnswer, OpenLockOutcome } from './outcomes.ts'
import { type IdempotencyScope, StoreFault } from './ports.ts'
import { type Principal, principalLabel, userIdOf } from './principal.ts'
import { isUsedUp, isWhitelisted, type TempKey, type TempKeyRefusal, tempKeyWindowRefusal } from './temp-key.ts'

/** A tap. Never spends a use that provably moved no bolt; never gives one back that might have. */
export async function openLock(request: OpenLockRequest, deps: OpenLockDeps): Promise<OpenLockAnswer> {
  try {
    const key = await deps.store.findTempKey(request.tempKeyUuid)
    if (key === null) return fresh({ kind: 'key-not-found' })
    // A public key needs nobody: a useless credential is ignored.
    const principal = key.accessMode === 'public' ? GUEST : await request.identify()
    if (principal.kind === 'token-missing' || principal.kind === 'token-invalid') return fresh(principal)
    if (key.accessMode === 'user-whitelist' && !isWhitelisted(key, principal)) {
      return fresh(await deny(key, principal, { kind: 'not-whitelisted' }, deps))
    }
    const scope = idempotencyScope(request, principal)
    if (scope === null) return fresh(await tap(key, principal, null, request, deps))
    return await onceFor(scope, deps, () => tap(key, principal, scope, request, deps))
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error({ cause: error.message }, 'store failed before anything was sent')
    return fresh({ kind: 'store-failed' })
  }
}

export const fresh = (outcome: OpenLockOutcome): OpenLockAnswer => ({ outcome, replayed: false })

const GUEST: Principal = { kind: 'guest' }

function idempotencyScope(request: OpenLockRequest, principal: Principal): IdempotencyScope | null {
  if (request.idempotency === null) return null
  const scope = JSON.stringify(['open', request.tempKeyUuid, principalLabel(principal), request.idempotency.key])
  return { scopeHash: hash('sha256', scope, 'base64url'), requestHash: request.idempotency.bodyHash }
}

/** Runs once for all requests of one scope: a repeat waits for the same answer, or is told of the opening it was about. */
export async function onceFor(
  scope: IdempotencyScope,
  deps: OpenLockDeps,
  run: () => Promise<OpenLockOutcome>,
): Promise<OpenLockAnswer> {
  const stored = await deps.store.findIdempotent(scope.scopeHash, deps.clock.nowMs())
  const running = deps.remembered.get(scope.scopeHash)
  // What sent nothing is not remembered: the same request may try again.
  const answered = stored?.opening.state === 'not-sent' ? null : stored
  const earlier = running ?? answered
  if (earlier !== null && earlier.requestHash !== scope.requestHash) return fresh({ kind: 'idempotency-mismatch' })
  if (running !== undefined) return { outcome: await running.outcome, replayed: true }
  if (answered !== null) return { outcome: outcomeOf(answered.opening), replayed: true }
  const outcome = run()
  deps.remembered.set(scope.scopeHash, { requestHash: scope.requestHash, outcome })
  try {
    return fresh(await outcome)
  } finally {
    deps.remembered.delete(scope.scopeHash)
  }
}

async function tap(
  key: TempKey,
  principal: Principal,
  idempotency: IdempotencyScope | null,
  request: OpenLockRequest,
  deps: OpenLockDeps,
): Promise<OpenLockOutcome> {
  const refusal = tempKeyWindowRefusal(key, deps.clock.nowMs())
  if (refusal !== null) return await deny(key, principal, { kind: refusal }, deps)

  const scope: TapScope = { tempKeyUuid: key.uuid, lockId: key.lockId, userId: userIdOf(principal) }
  const live = deps.taps.join(scope)
  if (live === null) {
    return await deps.taps.begin(scope, () => attempt(key, principal, idempotency, request, deps))
  }
  const outcome = await live.outcome
  const openingId = joinedBy(outcome)
  if (openingId !== null && live.isStored) await recordJoin(openingId, principal, idempotency, deps)
  return outcome
}

/** The door's answer stands whether or not the join could be recorded. */
export async function recordJoin(
  openingId: OpeningId,
  principal: Principal,
  idempotency: IdempotencyScope | null,
  deps: OpenLockDeps,
): Promise<void> {
  try {
    await deps.store.recordJoin({ openingId, principal, idempotency, atMs: deps.clock.nowMs() })
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error({ openingId, cause: error.message }, 'join not recorded')
  }
}

async function attempt(
  known: TempKey,
  principal: Principal,
  idempotency: IdempotencyScope | null,
  request: OpenLockRequest,
  deps: OpenLockDeps,
): Promise<OpenLockOutcome> {
  const { uuid: tempKeyUuid, lockId } = known
  // An opening that nobody knows the end of holds a use: where none is held, there is nothing to ask about.
  const unknown = known.heldCount > 0 ? await unknownOpening(known, deps) : null
  const asked = unknown === null ? null : await ask(unknown.opening, deps)
  const key = asked === null ? known : await deps.store.findTempKey(tempKeyUuid)
  if (key === null) return { kind: 'key-not-found' }
  // Another user's opening is not this one's answer: nobody is told of a door that did not open for him.
  if (unknown?.isLatest && asked?.state === 'opened' && asked.userId === userIdOf(principal)) {
    // Nor is one whose door is shut again, as long as a use is left to open it: who stands there wants in now.
    if (isUsedUp(key) || mayStillBeOpen(asked, deps.locks.get(lockId)?.pulseS ?? 0, deps.clock.nowMs())) {
      await recordJoin(asked.openingId, principal, idempotency, deps)
      return { kind: 'opened', opening: asked }
    }
  }
  if (isUsedUp(key)) return await usedUp(key, principal, deps)
  if (deps.isShuttingDown()) return { kind: 'shutting-down' }
  if (!isClockTrusted(deps.clock.nowMs(), deps.clockTrust)) return { kind: 'clock-untrusted' }

  if (!deps.link.presence(lockId).online) return { kind: 'lock-offline' }
  const retryAfterS = await request.takeCommand()
  if (retryAfterS !== null) return { kind: 'rate-limited', retryAfterS }

  const { arrivedMonotonicMs } = request
  const keyRef = keyRefOf(tempKeyUuid)
  const outcome = await commandLock({ lockId, tempKeyUuid, keyRef, principal, idempotency, arrivedMonotonicMs }, deps)
  if (outcome.kind === 'key-used-up') return await usedUp(key, principal, deps)
  return isDenial(outcome) ? await deny(key, principal, outcome, deps) : outcome
}

/** The opening that a new tap must first ask about: the key's newest, or, when the key is used up, the one that holds a use. */
async function unknownOpening(
  key: TempKey,
  deps: OpenLockDeps,
): Promise<{ opening: Opening; isLatest: boolean } | null> {
  const latest = await deps.store.latestOpening(key.uuid)
  if (latest !== null && isUnknown(latest, deps)) return { opening: latest, isLatest: true }
  const holder = isUsedUp(key) ? await holderOf(key, deps) : null
  return holder !== null && isUnknown(holder, deps) ? { opening: holder, isLatest: false } : null
}

async function ask(opening: Opening, deps: OpenLockDeps): Promise<Opening> {
  if (!deps.link.presence(opening.lockId).answers) return opening
  return await askWhatBecame(opening, deps.clock.monotonicMs() + deps.limits.askWaitMs, deps)
}

/** Unconfirmed openings of one lock that are looked through for a key's: an operator has settled more long before. */
const LOOKED_THROUGH = 200

async function holderOf(key: TempKey, deps: OpenLockDeps): Promise<Opening | null> {
  const latest = await deps.store.latestOpening(key.uuid)
  if (latest !== null && holdsUse(latest.state)) return latest
  const unsettled = await deps.store.unsettledOpeningsOf(key.lockId, LOOKED_THROUGH)
  return unsettled.find(({ opening }) => opening.tempKeyUuid === key.uuid)?.opening ?? null
}

/** A use that is held is not yet spent: whoever taps then is told so. */
async function usedUp(key: TempKey, principal: Principal, deps: OpenLockDeps): Promise<OpenLockOutcome> {
  const holder = await holderOf(key, deps)
  if (holder !== null) return { kind: 'opening-unconfirmed', openingId: holder.openingId }
  return await deny(key, principal, { kind: 'key-used-up' }, deps)
}

/** The bolt may have moved for it, and no request is at work on it. */
const isUnknown = (opening: Opening, deps: OpenLockDeps): boolean =>
  holdsUse(opening.state) && !deps.inProgress.has(opening.openingId)

/** Null when there was nothing to join: the opening that stands in the way of a tap is not the tap's own. */
export const joinedBy = (outcome: OpenLockOutcome): OpeningId | null => {
  if (outcome.kind === 'opening-unconfirmed') return null
  if ('opening' in outcome) return outcome.opening.openingId
  return 'openingId' in outcome && outcome.openingId !== undefined ? outcome.openingId : null
}

type Denial = { readonly kind: TempKeyRefusal | 'not-whitelisted' }

const DENIALS: ReadonlySet<string> = new Set([
  'key-revoked',
  'key-not-yet-valid',
  'key-expired',
  'key-used-up',
  'not-whitelisted',
])
const isDenial = (outcome: OpenLockOutcome): outcome is Denial => DENIALS.has(outcome.kind)

/** A denial of a known key is part of what happened at this door; it is answered all the same when it can't be stored. */
async function deny(key: TempKey, principal: Principal, denial: Denial, deps: OpenLockDeps): Promise<OpenLockOutcome> {
  const keyRef = keyRefOf(key.uuid)
  const count = deps.denials.take(key.lockId, keyRef, denial.kind, principal)
  if (count === null) return denial
  try {
    const atMs = deps.clock.nowMs()
    await deps.store.recordDenial({ lockId: key.lockId, keyRef, reason: denial.kind, principal, count, atMs })
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error({ lockId: key.lockId, reason: denial.kind, cause: error.message }, 'denial not recorded')
  }
  return denial
}
