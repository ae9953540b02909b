import { z } from 'zod'
import { OPENING_STATES } from '#domain/openings/opening.ts'

/** The answers of the contract, strictly: what is not named here must not be there. */

const id = z.string().regex(/^[A-Za-z0-9_-]{22}$/)
const instant = z.iso.datetime({ precision: 3 })

export const errorAnswer = z.strictObject({
  error: z.string().min(1),
  message: z.string().min(1),
  code: z.int().min(400).max(599),
  reason: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  details: z.array(z.strictObject({ field: z.string().min(1), message: z.string().min(1) })).optional(),
  openingId: id.optional(),
  lockId: z.int().optional(),
  lockReason: z.string().nullable().optional(),
  requestId: z.string().min(8),
  success: z.literal(false),
  errors: z.array(z.strictObject({ code: z.int(), message: z.string() })).length(1),
})

export const openedAnswer = z.strictObject({
  openingId: id,
  lockId: z.int().positive(),
  status: z.literal('opened'),
  usedCount: z.int().nullable(),
  maxUses: z.int().nullable(),
})

export const openingAnswer = z.strictObject({
  openingId: id,
  lockId: z.int().positive(),
  state: z.enum(OPENING_STATES),
  final: z.boolean(),
  reason: z.string().nullable(),
  startedAt: instant,
  settledAt: instant.nullable(),
  usedCount: z.int().nullable(),
  maxUses: z.int().nullable(),
})

export const tempKeyAnswer = z.strictObject({
  uuid: z.uuid(),
  lockId: z.int().positive(),
  lockName: z.string(),
  accessMode: z.enum(['public', 'user-whitelist']),
  status: z.enum(['valid', 'revoked', 'not-yet-valid', 'expired', 'used-up']),
  validFrom: instant,
  validUntil: instant,
  maxUses: z.int().nullable(),
  usedCount: z.int(),
  heldCount: z.int(),
  lockOnline: z.boolean(),
  latestOpening: openingAnswer.nullable(),
})

export const lockAnswer = z.strictObject({
  lockId: z.int().positive(),
  uuid: z.uuid(),
  name: z.string(),
  area: z.string().nullable(),
  directions: z.string().nullable(),
  pulseS: z.int().min(3).max(30),
  offlineAfterMin: z.int().min(1).max(1440).nullable(),
  organization: z.string().nullable(),
  owner: z.string().nullable(),
  keyMadeBy: z.enum(['lock', 'gateway']).nullable(),
  keyGeneration: z.int(),
  version: z.int(),
  createdAt: instant,
  retiredAt: instant.nullable(),
  online: z.boolean(),
  offlineCause: z.string().nullable(),
  lastSeen: instant.nullable(),
  door: z.enum(['open', 'closed', 'unknown']),
  batteryPercent: z.int().nullable(),
})

/** The vendor's shape of a command's success. */
export const commandAnswer = z.looseObject({
  success: z.literal(true),
  aggregateId: z.string(),
  version: z.int(),
  event: z.strictObject({ type: z.string(), data: z.looseObject({ type: z.never().optional() }) }).nullable(),
})

export const listedKeyAnswer = z.strictObject({
  uuid: z.uuid(),
  lockId: z.int(),
  lockUuid: z.uuid(),
  accessMode: z.enum(['public', 'user-whitelist']),
  allowedUserIds: z.array(z.string()),
  validFrom: instant,
  validUntil: instant,
  maxUses: z.int().nullable(),
  usedCount: z.int(),
  heldCount: z.int(),
  description: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  status: z.enum(['valid', 'expired', 'used-up', 'not-yet-valid', 'revoked']),
})

/** Which fields a refusal names, in order. */
export const fieldsOf = (answer: { json(): unknown }): string[] | undefined =>
  errorAnswer
    .parse(answer.json())
    .details?.map(({ field }) => field)
    .toSorted()
export const reasonOf = (answer: { json(): unknown }): string => errorAnswer.parse(answer.json()).reason
export const eventsAnswer = z.looseObject({
  totalEvents: z.int(),
  page: z.int(),
  totalPages: z.int(),
  events: z.array(z.looseObject({ version: z.int(), type: z.string(), event: z.looseObject({}) })),
})
