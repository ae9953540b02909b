import { z } from 'zod'
import { isDecidedInWords, isFinal, OPENING_STATES, type Opening } from '#domain/openings/opening.ts'
import { isoInstant } from './lock-event-body.ts'

export const openingAnswer = z.strictObject({
  openingId: z.string(),
  lockId: z.int(),
  state: z.enum(OPENING_STATES),
  final: z.boolean(),
  reason: z.string().nullable(),
  startedAt: isoInstant,
  settledAt: isoInstant.nullable(),
  usedCount: z.int().nullable(),
  maxUses: z.int().nullable(),
})

/** An opening as whoever holds its id sees it: it names no key, and does not repeat what an operator wrote of it. */
export const openingBody = (opening: Opening): z.infer<typeof openingAnswer> => ({
  ...openingBodyWithWords(opening),
  ...(isDecidedInWords(opening) && { reason: null }),
})

/** The same for whoever may see people. */
export const openingBodyWithWords = (opening: Opening): z.infer<typeof openingAnswer> => ({
  openingId: opening.openingId,
  lockId: opening.lockId,
  state: opening.state,
  final: isFinal(opening.state),
  reason: opening.reason,
  startedAt: new Date(opening.startedAtMs).toISOString(),
  settledAt: opening.settledAtMs === null ? null : new Date(opening.settledAtMs).toISOString(),
  usedCount: opening.usedCount,
  maxUses: opening.maxUses,
})
