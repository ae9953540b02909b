import { z } from 'zod'
import type { OpeningOutcome } from '#domain/openings/outcomes.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'
import type { Reason } from './reasons.ts'
import type { Refusal } from './refusal.ts'

/** What each outcome of a tap is in HTTP: a success, or one of the closed reasons. */
const ANSWERS = {
  opened: 'success',
  'lock-refused': 'lock-refused',
  'lock-jammed': 'lock-jammed',
  unconfirmed: 'unconfirmed',
  'opening-unconfirmed': 'opening-unconfirmed',
  'key-not-found': 'key-not-found',
  'idempotency-mismatch': 'idempotency-mismatch',
  'token-missing': 'token-missing',
  'token-invalid': 'token-invalid',
  'not-whitelisted': 'not-whitelisted',
  'api-key-invalid': 'api-key-invalid',
  'not-owner': 'not-owner',
  'wrong-organization': 'wrong-organization',
  'key-revoked': 'key-revoked',
  'key-not-yet-valid': 'key-not-yet-valid',
  'key-expired': 'key-expired',
  'key-used-up': 'key-used-up',
  'rate-limited': 'rate-limited',
  'lock-retired': 'lock-retired',
  'lock-offline': 'lock-offline',
  'lock-busy': 'lock-busy',
  'clock-untrusted': 'clock-untrusted',
  'store-failed': 'store-failed',
  overloaded: 'overloaded',
  'caller-gone': 'caller-gone',
  'shutting-down': 'shutting-down',
} as const satisfies Record<OpeningOutcome['kind'], Reason | 'success'>

export const openedAnswer = z.strictObject({
  openingId: z.string(),
  lockId: z.int(),
  status: z.literal('opened'),
  usedCount: z.int().nullable(),
  maxUses: z.int().nullable(),
})

/** The body of a 303 after an opening. */
interface OpenedBody extends z.infer<typeof openedAnswer> {
  readonly openingId: OpeningId
  readonly lockId: LockId
}

/** Why an opening is not answered with success. */
export type OpenReason = Exclude<(typeof ANSWERS)[keyof typeof ANSWERS], 'success'>

export type OpenAnswer =
  | { readonly kind: 'opened'; readonly body: OpenedBody }
  | {
      readonly kind: 'refused'
      readonly openingId: OpeningId | null
      readonly refusal: Refusal & { readonly reason: OpenReason }
    }

export function answerOf(outcome: OpeningOutcome): OpenAnswer {
  if (outcome.kind === 'opened') {
    const { openingId, lockId, usedCount, maxUses } = outcome.opening
    return { kind: 'opened', body: { openingId, lockId, status: 'opened', usedCount, maxUses } }
  }
  const reason = ANSWERS[outcome.kind]
  if (outcome.kind === 'rate-limited') {
    return { kind: 'refused', openingId: null, refusal: { reason, retryAfterS: outcome.retryAfterS } }
  }
  if ('opening' in outcome) {
    const { openingId, lockId, reason: lockReason } = outcome.opening
    return { kind: 'refused', openingId, refusal: { reason, extra: { openingId, lockId, lockReason } } }
  }
  if ('openingId' in outcome && outcome.openingId !== undefined) {
    const { openingId } = outcome
    const extra = 'lockId' in outcome ? { openingId, lockId: outcome.lockId } : { openingId }
    return { kind: 'refused', openingId, refusal: { reason, extra } }
  }
  return { kind: 'refused', openingId: null, refusal: { reason } }
}
