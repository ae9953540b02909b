import type { BootId, CommandHash, CommandId, KeyRef, LockId, OpeningId } from '#protocol/ids.ts'
import { type AckResult, type DoorState, FRESHNESS_REASONS } from '#protocol/limits.ts'

/** A lock's signed word on one command, verified for that lock. `commandId` and `commandHash` alone bind it. */
export interface VerifiedAck {
  readonly lockId: LockId
  /** The message as it came: the evidence. */
  readonly message: string
  readonly openingId: OpeningId
  readonly commandId: CommandId
  readonly commandHash: CommandHash
  readonly keyRef: KeyRef | null
  readonly result: AckResult
  readonly reason: string | null
  readonly bootId: BootId
  readonly uptimeS: number
  readonly lastCounter: number
  readonly keyGeneration: number
  readonly journalSeq: number
  readonly door: DoorState
  readonly batteryPercent: number | null
}

/**
 * What the store knows of the word that an ack brings: no such command of this lock, nothing of this result, these very
 * bytes, or the same result of the same command in other bytes.
 */
export type KnownWord = 'unknown-command' | 'unsaid' | 'said' | 'said-in-other-bytes'

const FRESHNESS: ReadonlySet<string> = new Set(FRESHNESS_REASONS)

/** The lock is willing, the command was stale: one fresh command may answer it. */
export const isFreshnessRefusal = (ack: VerifiedAck): boolean =>
  ack.result === 'refused' && ack.reason !== null && FRESHNESS.has(ack.reason)
