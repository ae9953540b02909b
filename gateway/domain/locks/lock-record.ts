import type { OpeningId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'

/** One of the key pairs that a lock has or had: what it signed then is judged by it for ever. */
export interface LockKeyPair {
  readonly keyGeneration: number
  readonly publicKeyPem: string
  readonly keyMadeBy: Lock['keyMadeBy']
  readonly setAtMs: number
  /** Null for the one that it has. */
  readonly replacedAtMs: number | null
}

/** Everything that is stored of one lock and that a technician wants to see. */
export interface LockRecord {
  readonly lock: Lock
  /** As its first event names the principal. */
  readonly createdBy: string
  /** Oldest first; none before it has a key. */
  readonly keyPairs: readonly LockKeyPair[]
  /** Keys that open it, now or later, counted among its newest 20,000. */
  readonly goodKeys: number
  /** Openings of which only the lock knows the end, oldest first. */
  readonly unsettled: readonly {
    readonly openingId: OpeningId
    readonly state: 'reserved' | 'unconfirmed'
    readonly startedAtMs: number
  }[]
}
