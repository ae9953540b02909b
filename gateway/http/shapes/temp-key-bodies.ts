import { z } from 'zod'
import type { Lock } from '#domain/locks/lock.ts'
import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
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

/** The same among the keys of all doors. */
export const foundTempKeyAnswer = listedTempKeyAnswer.extend({
  lockName: z.string(),
  area: z.string().nullable(),
  /** What time alone will make of it; null when nothing will. */
  nextChange: z.strictObject({ at: isoInstant, to: z.enum(TEMP_KEY_STATUSES) }).nullable(),
})

export const foundTempKey = (
  { key, lock, nextChange }: FoundTempKey,
  nowMs: number,
): z.infer<typeof foundTempKeyAnswer> => ({
  ...listedTempKey(key, lock, nowMs),
  lockName: lock.name,
  area: lock.area,
  nextChange: nextChange === null ? null : { at: iso(nextChange.atMs), to: nextChange.to },
})
