import { z } from 'zod'
import type { LockEvent, LockEventType } from '#domain/events/events.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { KeysOfGivenLock } from '#domain/locks/lock-changes.ts'
import { eventData } from './lock-event-body.ts'

/** The vendor's shape of a command's success; `event` is null when nothing changed. */
export const commandAnswer = (...types: [LockEventType, ...LockEventType[]]) =>
  z.strictObject({
    success: z.literal(true),
    aggregateId: z.string(),
    version: z.int(),
    event: z.strictObject({ type: z.enum(types), data: z.record(z.string(), z.unknown()) }).nullable(),
  })

/** Whoever commands a lock sees what the command did, the key's UUID included: it is his own word. */
export const commandBody = (lock: Lock, event: LockEvent) => ({
  success: true,
  aggregateId: String(lock.lockId),
  version: event.version,
  event: { type: event.type, data: eventData(event, lock, true) },
})

export const unchangedBody = (lock: Pick<Lock, 'lockId'>, version: number) => ({
  success: true,
  aggregateId: String(lock.lockId),
  version,
  event: null,
})

/** What a lock's new holder has to know: its keys came with it. */
export const keysAnswer = { keysStillGood: z.int(), keysRevoked: z.int() }

export const keysBody = ({ stillGood, revoked }: KeysOfGivenLock) => ({
  keysStillGood: stillGood,
  keysRevoked: revoked,
})
