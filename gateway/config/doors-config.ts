import { z } from 'zod'
import { OPENING_DEADLINE_MAX_MS } from '#domain/openings/opening-limits.ts'
import { fits } from './values.ts'

const PREPARED_MAX = 20_000
export const opening = z
  .strictObject({
    deadlineMs: z.int().min(2_000).max(OPENING_DEADLINE_MAX_MS).default(OPENING_DEADLINE_MAX_MS),
    answerWaitMs: z.int().min(2_000).max(30_000).default(10_000),
    chargeUnconfirmedAfterH: z
      .int()
      .min(1)
      .max(24 * 365)
      .default(24),
  })
  .refine((value) => value.answerWaitMs >= value.deadlineMs, {
    error: 'must be at least opening.deadlineMs',
    path: ['answerWaitMs'],
    when: fits(z.looseObject({ deadlineMs: z.number(), answerWaitMs: z.number() })),
  })

/** Limits on locks that programs created and that have no key yet: each makes every start and every list slower. */
export const locks = z.strictObject({
  /** Of one organization, or of one user. */
  preparedPerOrganization: z.int().min(0).max(PREPARED_MAX).default(200),
  /** Of all together. */
  preparedInAll: z.int().min(0).max(PREPARED_MAX).default(2_000),
})

export const presence = z.strictObject({
  silenceMs: z.int().min(1_000).max(3_600_000).default(60_000),
  answerWaitMs: z.int().min(1_000).max(30_000).default(5_000),
})
