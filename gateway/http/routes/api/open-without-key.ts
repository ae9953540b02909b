import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { type Caller, lockRefusal } from '#domain/access/caller.ts'
import { recordDenial } from '#domain/access/record-denial.ts'
import type { LockEvent } from '#domain/events/events.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { OpenRequestNote } from '#domain/openings/judge-reserve.ts'
import { openWithoutKey } from '#domain/openings/open-without-key.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { answerOf } from '#http/contract/answers.ts'
import { documented } from '#http/contract/route-docs.ts'
import { authenticateBy, callerOf, type ManagementOptions, principalOf } from '#http/routes/route-options.ts'
import { bodyMaxBytes, textMaxBytes } from '#http/shapes/body-size.ts'
import { commandAnswer, commandBody } from '#http/shapes/command-body.ts'
import { idempotencyKey, lockIdInPath, words } from '#http/shapes/fields.ts'
import { eventData } from '#http/shapes/lock-event-body.ts'
import { vendorBody } from '#http/shapes/vendor-body.ts'

/** An opening's first event is among its lock's newest, unless its answer is asked for again much later. */
const LOOKED_THROUGH = 50

const REQUEST_ID_MAX = 1_000
const REASON_MAX = 2_000
const openLockBody = vendorBody(
  z.strictObject({ requestId: words(REQUEST_ID_MAX).nullish(), reason: words(REASON_MAX).nullish() }),
).nullish()

const documentedOpenLock = documented(
  {
    params: z.object({ id: lockIdInPath }),
    headers: z.looseObject({ 'idempotency-key': idempotencyKey.optional() }),
    body: openLockBody,
  },
  {
    operationId: 'openLock',
    summary: 'Open a lock without a key',
    description:
      'Answers 200 only after the lock has signed that it opened. The same `requestId` again gets the same answer, and opens nothing; where the body has none, `Idempotency-Key` is taken for it.',
    tag: 'Opening',
    answers: {
      200: commandAnswer('LockOpenRequested').extend({ openingId: z.string(), lockId: z.int() }),
    },
    reasons: [
      ...(['lock-not-found', 'not-owner', 'wrong-organization', 'idempotency-mismatch', 'lock-busy'] as const),
      ...([
        'lock-refused',
        'lock-jammed',
        'lock-retired',
        'lock-offline',
        'clock-untrusted',
        'overloaded',
        'shutting-down',
      ] as const),
      ...(['caller-gone', 'unconfirmed'] as const),
    ],
    scopes: ['locks:open'],
    bodyMaxBytes: bodyMaxBytes(textMaxBytes(REQUEST_ID_MAX), textMaxBytes(REASON_MAX)),
  },
)

/** A caller may wait for the lock's turn, and lose the credential or the lock meanwhile. */
function refusalOf(caller: Caller, lock: Lock, nowMs: number) {
  const { principal } = caller
  if (caller.isStillGood(nowMs)) return lockRefusal(principal, lock)
  return principal.kind === 'service' && principal.apiKeyId !== undefined ? 'api-key-invalid' : 'token-invalid'
}

/** Opening without a key, by whoever commands the lock. */
export const openWithoutKeyRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, front, refuse } = options
  const { store } = deps
  const { locks, clock } = deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.post('/locks/:id/OpenLock', documentedOpenLock, async (request, reply) => {
    const principal = principalOf(request)
    const lock = locks.get(request.params.id)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    const reason = lockRefusal(principal, lock)
    if (reason !== null) {
      await recordDenial({ lockId: lock.lockId, tempKeyUuid: null, reason, principal }, request, deps.open)
      return refuse(reply, { reason })
    }
    const said = { reason: request.body?.reason ?? null, requestId: request.body?.requestId ?? null }
    const { outcome, replayed } = await openWithoutKey(
      {
        ...{ lockId: lock.lockId, principal, said, arrivedMonotonicMs: request.arrivedMonotonicMs },
        // The vendor's clients name a requestId; what another tool puts into each request's head does not outweigh it.
        idempotencyKey: said.requestId ?? request.headers['idempotency-key'] ?? null,
        caller: { isThere: () => front.isCallerThere(request.raw) },
        refusal: () => refusalOf(callerOf(request), locks.get(lock.lockId) ?? lock, clock.nowMs()),
      },
      deps.open,
    )
    if (replayed) reply.header('Idempotency-Replayed', 'true')
    if (outcome.kind !== 'opened') {
      const answer = answerOf(outcome)
      if (answer.kind === 'opened') throw new Error('an answer of success to another outcome')
      return refuse(reply, answer.refusal)
    }
    const { opening } = outcome
    const { openingId, lockId } = opening
    const { version, data } = await requested(opening, said)
    const { success, aggregateId } = commandBody(lock, data)
    const event = { type: data.type, data: eventData(data, lock, true) }
    return reply.send({ success, aggregateId, version, event, openingId, lockId })
  })

  /** The event that the opening began with. The door is open: whatever can't be found, the answer is a success. */
  async function requested(opening: Opening, said: OpenRequestNote): Promise<{ version: number; data: LockEvent }> {
    const { lockId, startedAtMs: atMs, openingId } = opening
    const made = (version: number): LockEvent => ({
      ...{ seq: 0, lockId, version, type: 'LockOpenRequested', atMs },
      chained: { openingId },
      plain: { ...said },
    })
    try {
      const newest = (await store.findLock(lockId))?.version ?? 0
      const page = { afterVersion: Math.max(0, newest - LOOKED_THROUGH), limit: LOOKED_THROUGH }
      const events = await store.eventsOf(lockId, page)
      const found = events.find(({ type, chained }) => type === 'LockOpenRequested' && chained.openingId === openingId)
      return { version: found?.version ?? newest, data: found ?? made(newest) }
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      return { version: 0, data: made(0) }
    }
  }
}
