import { hash } from 'node:crypto'
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

/** What a repeat is known by: SHA-256 of the message, base64url. */
export const ackHashOf = ({ message }: Pick<VerifiedAck, 'message'>): string => hash('sha256', message, 'base64url')

const NEVER_MOVED: ReadonlySet<AckResult> = new Set(['refused', 'not-executed'])

/** The command never moved the bolt and never will. */
export const saysNeverMoved = (result: AckResult): boolean => NEVER_MOVED.has(result)

/** No one command can have both outcomes. A `reset` says only that a movement may have begun. */
export const contradict = (one: AckResult, other: AckResult): boolean =>
  saysNeverMoved(one) !== saysNeverMoved(other) ||
  (one === 'opened' && other === 'jammed') ||
  (one === 'jammed' && other === 'opened')
