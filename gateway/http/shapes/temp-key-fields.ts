import { z } from 'zod'
import { ACCESS_MODES } from '#domain/temp-keys/temp-key.ts'
import { instant, newTempKeyUuid, tempKeyUuid, userId } from './fields.ts'

const MAX_USES_MAX = 1_000_000_000

const accessMode = z.enum(ACCESS_MODES)
const allowedUserIds = z.array(userId).max(1_000)
const maxUses = z.int().min(1).max(MAX_USES_MAX).nullable()

const windowShape = z.looseObject({ validFrom: z.number(), validUntil: z.number() })
const namesUsers = z.looseObject({ accessMode: z.string(), allowedUserIds: z.array(z.string()) })
const windowRule = {
  path: ['validUntil'],
  error: 'must be after validFrom',
  // Whatever else is wrong: one answer names everything.
  when: ({ value }: { value: unknown }) => windowShape.safeParse(value).success,
}
const isWindow = (body: { validFrom?: number; validUntil?: number }): boolean =>
  body.validFrom === undefined || body.validUntil === undefined || body.validUntil > body.validFrom

export const newTempKey = z
  .strictObject({
    tempKeyUuid: newTempKeyUuid,
    accessMode,
    allowedUserIds: allowedUserIds.default([]),
    validFrom: instant,
    validUntil: instant,
    maxUses: maxUses.default(null),
    description: z.string().max(2_000).nullable().default(null),
  })
  .refine(isWindow, windowRule)
  .refine((body) => body.accessMode !== 'public' || body.allowedUserIds.length === 0, {
    path: ['allowedUserIds'],
    // Whoever names users means that nobody else gets in.
    error: 'goes with accessMode user-whitelist: a public key is for whoever has its link',
    when: ({ value }) => namesUsers.safeParse(value).success,
  })

/** Absent is untouched, and never the same as null. */
export const tempKeyChanges = z
  .strictObject({
    tempKeyUuid,
    validFrom: instant.exactOptional(),
    validUntil: instant.exactOptional(),
    maxUses: maxUses.exactOptional(),
    allowedUserIds: allowedUserIds.exactOptional(),
    accessMode: accessMode.exactOptional(),
  })
  .refine(isWindow, windowRule)
