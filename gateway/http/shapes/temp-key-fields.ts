import { z } from 'zod'
import { ACCESS_MODES } from '#domain/temp-keys/temp-key.ts'
import { bodyMaxBytes, textMaxBytes } from './body-size.ts'
import { instant, newTempKeyUuid, tempKeyUuid, userId } from './fields.ts'
import { vendorBody } from './vendor-body.ts'

const MAX_USES_MAX = 1_000_000_000
const USERS_MAX = 1_000
/** A user id has at most 128 characters, of two UTF-16 units each at most. */
const USER_ID_MAX_UNITS = 2 * 128
const DESCRIPTION_MAX_UNITS = 2_000

/** The longest body that creates or changes a key. */
export const TEMP_KEY_BODY_MAX_BYTES = bodyMaxBytes(
  USERS_MAX * textMaxBytes(USER_ID_MAX_UNITS),
  textMaxBytes(DESCRIPTION_MAX_UNITS),
)

const accessMode = z.enum(ACCESS_MODES)
const allowedUserIds = z.array(userId).max(USERS_MAX)
const maxUses = z.int().min(1).max(MAX_USES_MAX).nullable()

const windowShape = z.looseObject({ validFrom: z.number(), validUntil: z.number() })
const namesUsers = z.looseObject({ accessMode: z.string(), allowedUserIds: z.array(z.string()) })
const windowRule = {
  path: ['validUntil'],
  error: 'must be after validFrom',
  // Whatever else is wrong: one answer names everything.
  when: ({ value, issues }: z.core.ParsePayload) => windowShape.safeParse(value).success && !issues.some(isOfTime),
}
/** A number that was given as a time has its own, true detail already. */
const isOfTime = ({ path }: z.core.$ZodRawIssue): boolean => path?.[0] === 'validFrom' || path?.[0] === 'validUntil'
const isWindow = (body: { validFrom?: number; validUntil?: number }): boolean =>
  body.validFrom === undefined || body.validUntil === undefined || body.validUntil > body.validFrom

const createdTempKey = z
  .strictObject({
    tempKeyUuid: newTempKeyUuid,
    accessMode,
    allowedUserIds: allowedUserIds.default([]),
    validFrom: instant,
    validUntil: instant,
    maxUses: maxUses.default(null),
    description: z.string().max(DESCRIPTION_MAX_UNITS).nullable().default(null),
  })
  .refine(isWindow, windowRule)
  .refine((body) => body.accessMode !== 'public' || body.allowedUserIds.length === 0, {
    path: ['allowedUserIds'],
    // Whoever names users means that nobody else gets in.
    error: 'goes with accessMode user-whitelist: a public key is for whoever has its link',
    when: ({ value }) => namesUsers.safeParse(value).success,
  })

const changedTempKey = z
  .strictObject({
    tempKeyUuid,
    validFrom: instant.exactOptional(),
    validUntil: instant.exactOptional(),
    maxUses: maxUses.exactOptional(),
    allowedUserIds: allowedUserIds.exactOptional(),
    accessMode: accessMode.exactOptional(),
  })
  .refine(isWindow, windowRule)

export const newTempKey = vendorBody(createdTempKey)
/** Absent is untouched, and never the same as null. */
export const tempKeyChanges = vendorBody(changedTempKey)
export const namedTempKey = vendorBody(z.strictObject({ tempKeyUuid }))
