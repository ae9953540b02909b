import { z } from 'zod'
import type { Lock } from '#domain/locks/lock.ts'
import { ACCESS_MODES, TEMP_KEY_STATUSES, type TempKey, tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { isoInstant } from './lock-event-body.ts'

const iso = (atMs: number): string => new Date(atMs).toISOString()

/** A key as whoever manages it sees it. */
export const listedTempKeyAnswer = z.strictObject({
  uuid: z.uuid(),
  lockId: z.int(),
  lockUuid: z.string(),
  accessMode: z.enum(ACCESS_MODES),
  allowedUserIds: z.array(z.string()),
  validFrom: isoInstant,
  validUntil: isoInstant,
  maxUses: z.int().nullable(),
  usedCount: z.int(),
  heldCount: z.int(),
  description: z.string().nullable(),
  createdAt: isoInstant,
  createdBy: z.string(),
  status: z.enum(TEMP_KEY_STATUSES),
})

export const listedTempKey = (key: TempKey, lock: Lock, nowMs: number): z.infer<typeof listedTempKeyAnswer> => ({
  uuid: key.uuid,
  lockId: lock.lockId,
  lockUuid: lock.uuid,
  accessMode: key.accessMode,
  allowedUserIds: [...key.allowedUserIds],
  validFrom: iso(key.validFromMs),
  validUntil: iso(key.validUntilMs),
  maxUses: key.maxUses,
  usedCount: key.usedCount,
  heldCount: key.heldCount,
  description: key.description,
  createdAt: iso(key.createdAtMs),
  createdBy: key.createdBy,
  status: tempKeyStatus(key, nowMs),
})
