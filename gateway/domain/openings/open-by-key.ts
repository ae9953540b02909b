import { hash } from 'node:crypto'
import { type Principal, principalLabel, userIdOf } from '#domain/access/principal.ts'
import { askWhatBecame } from '#domain/acks/ask-what-became.ts'
import { type IdempotencyScope, StoreFault } from '#domain/ports.ts'
import type { TapScope } from '#domain/taps/live-taps.ts'
import { type WaitingCaller, WaitingCallers } from '#domain/taps/waiting-callers.ts'
import {
  isUsedUp,
  isWhitelisted,
  type TempKey,
  type TempKeyRefusal,
  tempKeyWindowRefusal,
} from '#domain/temp-keys/temp-key.ts'
import { isClockTrusted } from '#domain/time/clock.ts'
import { inTime, LATE } from '#domain/time/in-time.ts'
import { keyRefOf, type OpeningId } from '#protocol/ids.ts'
import { commandLock } from './command-lock.ts'
import type { Doors, OpenByKeyRequest } from './doors.ts'
import { holdsUse, mayStillBeOpen, type Opening } from './opening.ts'
import { type Arrived, answerByMs } from './opening-limits.ts'
import { outcomeOf } from './opening-outcome.ts'
import type { OpeningAnswer, OpeningOutcome } from './outcomes.ts'
import { goesOn } from './reserve-in-time.ts'
import { sendableMs } from './time-left.ts'

/** A tap. Never spends a use that provably moved no bolt; never gives one back that might have. */
export async function openByKey(request: OpenByKeyRequest, deps: Doors): Promise<OpeningAnswer> {
  try {
    const key = await deps.store.findTempKey(request.tempKeyUuid)
    if (key === null) return fresh({ kind: 'key-not-found' })
    // A public key needs nobody: a useless credential is ignored.
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

export const fresh = (outcome: OpeningOutcome): OpeningAnswer => ({ outcome, replayed: false })

const GUEST: Principal = { kind: 'guest' }

function idempotencyScope(request: OpenByKeyRequest, principal: Principal): IdempotencyScope | null {
  if (request.idempotency === null) return null
  const scope = JSON.stringify(['open', request.tempKeyUuid, principalLabel(principal), request.idempotency.key])
  return { scopeHash: hash('sha256', scope, 'base64url'), requestHash: request.idempotency.bodyHash }
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
  deps: Doors,
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

/** Joins the attempt that runs, or begins one that others can join; `begin` is given all who wait for it. */
export async function joinOrBegin(
  tapped: {
    readonly scope: TapScope
    readonly principal: Principal
    readonly request: Arrived & { readonly caller: WaitingCaller }
    readonly remembering: Remembering | null
  },
  deps: Doors,
  begin: (callers: WaitingCaller) => Promise<OpeningOutcome>,
): Promise<OpeningOutcome> {
  const { scope, principal, request, remembering } = tapped
  const { caller } = request
  const live = deps.taps.join(scope, { caller, isRemembered: remembering !== null })
  if (live === null) return await deps.taps.begin(scope, begin, caller)
  if (live.kind === 'too-many') return { kind: 'rate-limited', retryAfterS: live.retryAfterS }
  const outcome = await live.outcome
  const openingId = joinedBy(outcome)
  if (openingId === null || (!live.isEvent && remembering === null)) return outcome
  await recordJoin({ openingId, principal, isEvent: live.isEvent }, remembering, request, deps)
  return outcome
}

/** The door's answer stands whether or not the join could be recorded, and whenever it is. */
async function recordJoin(
  join: { readonly openingId: OpeningId; readonly principal: Principal; readonly isEvent: boolean },
  remembering: Remembering | null,
  request: Arrived,
  deps: Doors,
): Promise<void> {
  const { openingId } = join
  const recording = deps.store
    .recordJoin({ ...join, idempotency: remembering?.scope ?? null, atMs: deps.clock.nowMs() })
    .catch((error: unknown) => {
      if (!(error instanceof StoreFault)) throw error
      deps.log.error({ openingId, cause: error.message }, 'join not recorded')
    })
  if ((await inTime(recording, answerByMs(request, deps.limits), deps.clock)) !== LATE) return
  goesOn(recording, openingId, deps)
  remembering?.storing.push(recording)
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
    // Nor is one whose door is shut again, as long as a use is left to open it: who stands there wants in now.
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

/** Null when there was nothing to join: the opening that stands in the way of a tap is not the tap's own. */
export const joinedBy = (outcome: OpeningOutcome): OpeningId | null => {
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
const isDenial = (outcome: OpeningOutcome): outcome is Denial => DENIALS.has(outcome.kind)

/** A denial of a known key is part of what happened at this door; it is answered all the same when it can't be stored. */
async function deny(
  { uuid, lockId }: TempKey,
  principal: Principal,
  denial: Denial,
  request: Arrived,
  deps: Doors,
): Promise<OpeningOutcome> {
  const keyRef = keyRefOf(uuid)
  const count = deps.denials.take(lockId, keyRef, denial.kind, principal)
  if (count === null) return denial
  const recording = deps.store
    .recordDenial({ lockId, keyRef, reason: denial.kind, principal, count, atMs: deps.clock.nowMs() })
    .catch((error: unknown) => {
      if (!(error instanceof StoreFault)) throw error
      deps.log.error({ lockId, reason: denial.kind, cause: error.message }, 'denial not recorded')
    })
  await inTime(recording, answerByMs(request, deps.limits), deps.clock)
  return denial
}
