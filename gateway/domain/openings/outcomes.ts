import type { TempKeyRefusal } from '#domain/temp-keys/temp-key.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'
import type { Opening } from './opening.ts'

export type CredentialRefusal = 'token-missing' | 'token-invalid' | 'not-whitelisted'
/** The caller may not open this lock without a key any more: its right ended while it waited for its turn. */
export type CommandRefusal = 'not-owner' | 'wrong-organization' | 'token-invalid' | 'api-key-invalid'
/** Nothing was sent and no use is spent. */
export type SiteRefusal =
  | 'lock-retired'
  | 'lock-offline'
  | 'lock-busy'
  | 'clock-untrusted'
  | 'store-failed'
  | 'overloaded'
  | 'shutting-down'

/** Everything that can come of a tap; `http/contract/answers.ts` has one answer for each kind. */
export type OpeningOutcome =
  | { readonly kind: 'opened'; readonly opening: Opening }
  | { readonly kind: 'lock-refused'; readonly opening: Opening }
  | { readonly kind: 'lock-jammed'; readonly opening: Opening }
  /** Sent, and nobody knows yet. */
  | { readonly kind: 'unconfirmed'; readonly openingId: OpeningId; readonly lockId: LockId }
  /** The key's last use is held by an opening of which the lock still says nothing. */
  | { readonly kind: 'opening-unconfirmed'; readonly openingId: OpeningId }
  | { readonly kind: 'key-not-found' }
  | { readonly kind: 'idempotency-mismatch' }
  | { readonly kind: CredentialRefusal | CommandRefusal }
  | { readonly kind: TempKeyRefusal }
  /** Nothing was sent: whoever asked had gone before it was his turn. */
  | { readonly kind: 'caller-gone' }
  /** The key has opened too often in the last minute. */
  | { readonly kind: 'rate-limited'; readonly retryAfterS: number }
  /** `openingId` when an opening was stored before it turned out that nothing could be sent. */
  | { readonly kind: SiteRefusal; readonly openingId?: OpeningId }

/** `replayed`: the answer of an earlier request with the same Idempotency-Key. */
export interface OpeningAnswer {
  readonly outcome: OpeningOutcome
  readonly replayed: boolean
}
