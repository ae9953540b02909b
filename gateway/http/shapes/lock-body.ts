import { z } from 'zod'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockPresence } from '#domain/locks/lock-link.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { isoInstant } from './lock-event-body.ts'
import { openingAnswer, openingBody, openingBodyWithWords } from './opening-body.ts'

/** A lock as whoever manages it sees it: never its password's hash. */
export const lockBody = (lock: Lock, presence: LockPresence) => ({
  lockId: lock.lockId,
  uuid: lock.uuid,
  name: lock.name,
  area: lock.area,
  directions: lock.directions,
  pulseS: lock.pulseS,
  offlineAfterMin: lock.offlineAfterMin,
  organization: lock.organization,
  owner: lock.owner,
  /** Null as long as the lock has no key, and can't be online. */
  keyMadeBy: lock.publicKeyPem === null ? null : lock.keyMadeBy,
  keyGeneration: lock.keyGeneration,
  version: lock.version,
  createdAt: new Date(lock.createdAtMs).toISOString(),
  retiredAt: lock.retiredAtMs === null ? null : new Date(lock.retiredAtMs).toISOString(),
  online: presence.online,
  offlineCause: lock.retiredAtMs === null ? presence.offlineCause : ('retired' as const),
  lastSeen: presence.lastSeenMs === null ? null : new Date(presence.lastSeenMs).toISOString(),
  door: presence.door,
  batteryPercent: presence.batteryPercent,
})

export const listedLockAnswer = z.strictObject({
  lockId: z.int(),
  uuid: z.string(),
  name: z.string(),
  area: z.string().nullable(),
  directions: z.string().nullable().describe('How a guest finds the door, in several lines'),
  pulseS: z.int(),
  offlineAfterMin: z
    .int()
    .nullable()
    .describe('Minutes that it may be away before an alarm begins; null for as long as the configuration says'),
  organization: z.string().nullable(),
  owner: z.string().nullable(),
  keyMadeBy: z.enum(['lock', 'gateway']).nullable(),
  keyGeneration: z.int(),
  version: z.int(),
  createdAt: isoInstant,
  retiredAt: isoInstant.nullable().describe('When it was taken out of service for good; null while it opens doors'),
  online: z.boolean(),
  offlineCause: z
    .enum(['not-connected', 'being-asked', 'no-answer', 'cannot-open', 'cut-off', 'retired', 'never-came'])
    .nullable()
    .describe('Why it is not online, or that it never was; null while it is'),
  lastSeen: isoInstant.nullable(),
  door: z.enum(['open', 'closed', 'unknown']),
  batteryPercent: z.int().nullable(),
  lastOpening: openingAnswer.nullable(),
})

/** @param seesKeys who may not read keys reads no operator's words either */
export const listedLock = (
  lock: Lock,
  { presence, hasArrived }: { readonly presence: LockPresence; readonly hasArrived: boolean },
  lastOpening: Opening | null,
  seesKeys: boolean,
) => ({
  ...lockBody(lock, presence),
  ...(!hasArrived && { offlineCause: 'never-came' as const }),
  lastOpening: lastOpening === null ? null : (seesKeys ? openingBodyWithWords : openingBody)(lastOpening),
})

/** As clients of the vendor's API know a lock. What they call keys and residents is not kept here. */
export const basicInfoAnswer = z.strictObject({
  id: z.string(),
  lockId: z.int(),
  uuid: z.string(),
  version: z.int(),
  r2Prefix: z.literal(''),
})

export const basicInfo = (lock: Lock): z.infer<typeof basicInfoAnswer> => ({
  id: String(lock.lockId),
  lockId: lock.lockId,
  uuid: lock.uuid,
  version: lock.version,
  r2Prefix: '',
})

export const lockDetailsAnswer = basicInfoAnswer.extend({
  keys: z.array(z.never()),
  residents: z.array(z.never()),
  orgId: z.string(),
  timestamp: isoInstant,
  ownerId: z.string().optional(),
  organizationId: z.string().optional(),
  serialNumber: z.string().optional(),
})

/** `timestamp` is when this was so. */
export const lockDetails = (lock: Lock, nowMs: number): z.infer<typeof lockDetailsAnswer> => ({
  ...basicInfo(lock),
  keys: [],
  residents: [],
  orgId: lock.organization ?? '',
  timestamp: new Date(nowMs).toISOString(),
  ...(lock.owner !== null && { ownerId: lock.owner }),
  ...(lock.organization !== null && { organizationId: lock.organization }),
  ...(lock.vendor.serialNumber !== null && { serialNumber: lock.vendor.serialNumber }),
})
