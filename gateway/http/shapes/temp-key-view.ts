import { z } from 'zod'
import type { Doors } from '#domain/openings/doors.ts'
import type { Opening } from '#domain/openings/opening.ts'
import {
  ACCESS_MODES,
  TEMP_KEY_STATUSES,
  type TempKey,
  type TempKeyStatus,
  tempKeyStatus,
} from '#domain/temp-keys/temp-key.ts'
import { isoInstant } from './lock-event-body.ts'
import { openingAnswer, openingBody } from './opening-body.ts'

/** A key as whoever may use it sees it. */
export interface TempKeyView {
  readonly key: TempKey
  readonly status: TempKeyStatus
  readonly lockName: string
  readonly lockOnline: boolean
  /** How long the lock stays open for one opening. */
  readonly pulseS: number
  readonly latestOpening: Opening | null
}

export async function viewTempKey(key: TempKey, deps: Doors): Promise<TempKeyView> {
  const lock = deps.locks.get(key.lockId)
  return {
    key,
    status: tempKeyStatus(key, deps.clock.nowMs()),
    lockName: lock?.name ?? `Lock ${key.lockId}`,
    pulseS: lock?.pulseS ?? 0,
    lockOnline: deps.link.presence(key.lockId).online,
    latestOpening: await deps.store.latestOpening(key.uuid),
  }
}

export const tempKeyViewAnswer = z.strictObject({
  uuid: z.uuid(),
  lockId: z.int(),
  lockName: z.string(),
  accessMode: z.enum(ACCESS_MODES),
  status: z.enum(TEMP_KEY_STATUSES),
  validFrom: isoInstant,
  validUntil: isoInstant,
  maxUses: z.int().nullable(),
  usedCount: z.int(),
  heldCount: z.int(),
  lockOnline: z.boolean(),
  latestOpening: openingAnswer.nullable(),
})

/** Never `description`, `allowedUserIds` or `createdBy`: those are for whoever manages keys. */
export const tempKeyViewBody = ({ key, status, lockName, lockOnline, latestOpening }: TempKeyView) => ({
  uuid: key.uuid,
  lockId: key.lockId,
  lockName,
  accessMode: key.accessMode,
  status,
  validFrom: new Date(key.validFromMs).toISOString(),
  validUntil: new Date(key.validUntilMs).toISOString(),
  maxUses: key.maxUses,
  usedCount: key.usedCount,
  heldCount: key.heldCount,
  lockOnline,
  latestOpening: latestOpening === null ? null : openingBody(latestOpening),
})
