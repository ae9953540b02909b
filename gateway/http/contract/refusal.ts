import { STATUS_CODES } from 'node:http'
import type { SceneName } from '#http/pages/guest/scenes.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'
import { type Reason, reasonEntry } from './reasons.ts'

export interface Detail {
  readonly field: string
  readonly message: string
}

/** Why a request is not answered with success. */
export interface Refusal {
  readonly reason: Reason
  /** Only when it says more than the reason's own sentence; never an exception's text. */
  readonly message?: string
  readonly details?: readonly Detail[]
  /** Stands at top level of the body. */
  readonly extra?: { readonly openingId: OpeningId; readonly lockId?: LockId; readonly lockReason?: string | null }
  readonly allow?: readonly string[]
  /** Whole seconds, in place of the reason's own. */
  readonly retryAfterS?: number
  /** Where a guest reads more than the reason's own page: what it says, and the way back. */
  readonly page?: { readonly scene: SceneName; readonly back: string | null }
}

/** The one shape of every error: a superset of what the vendor's clients look for. */
export function errorBody({ reason, message, details, extra }: Refusal, requestId: string) {
  const entry = reasonEntry(reason)
  const sentence = message ?? entry.message
  return {
    error: STATUS_CODES[entry.status] ?? 'Error',
    message: sentence,
    code: entry.status,
    reason,
    ...(details === undefined ? {} : { details }),
    ...extra,
    requestId,
    success: false,
    errors: [{ code: entry.status, message: sentence }],
  }
}
