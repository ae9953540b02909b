import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { SignedCommand, StoredCommand } from '#domain/openings/opening.ts'
import type { BootId, CommandId, KeyRef, LockId, OpeningId } from '#protocol/ids.ts'
import type { DoorState } from '#protocol/limits.ts'

/**
 * Why a lock can't be opened. `not-connected`: nothing can reach it, as far as the broker tells. `being-asked`: it has
 * yet to answer the gateway's question. `no-answer`: it did not answer in time. `cannot-open`: its hello does not list
 * `open`. `cut-off`: it sent more messages than a working lock can. `retired`: it was taken out of service for good.
 */
export type OfflineCause = 'not-connected' | 'being-asked' | 'no-answer' | 'cannot-open' | 'cut-off' | 'retired'

export interface LockPresence {
  /** It answers, and can open. */
  readonly online: boolean
  /** It answers questions. */
  readonly answers: boolean
  /** For staff; null while it is online. */
  readonly offlineCause: OfflineCause | null
  /** Wall clock of when it began to answer, or ceased to; null as long as it has not answered since the gateway started. */
  readonly sinceMs: number | null
  /** Wall clock of the last verified message; null if none since the gateway started. */
  readonly lastSeenMs: number | null
  readonly door: DoorState
  /** 0–100, or null when unknown. */
  readonly batteryPercent: number | null
}

/** What a lock last said of itself when it was asked. */
export interface LockHello {
  readonly atMs: number
  readonly bootId: BootId
  /** The lock's own seconds since that boot, at that time. */
  readonly uptimeS: number
  /** As its author named it; `unknown` when that can't be read. */
  readonly firmware: string
  readonly ops: readonly string[]
}

/** What a command must be built on; only an online lock has it. */
export interface LockFreshness {
  readonly bootId: BootId
  /** The highest counter that the lock said it has seen in this boot. */
  readonly lastCounter: number
  /** A lower bound of the lock's uptime now, in its own seconds, fraction included. */
  readonly uptimeS: number
}

export interface OpenCommandFields {
  readonly commandId: CommandId
  readonly openingId: OpeningId
  readonly lockId: LockId
  readonly keyRef: KeyRef | null
  readonly bootId: BootId
  readonly counter: number
  /** The lock's own whole seconds since its boot. */
  readonly notAfterUptimeS: number
  /** 3–30. */
  readonly pulseS: number
}

export type SendAnswer =
  /** `wasSuspended`: the lock's own seconds show that this machine stood still, so the request is older than it seems. */
  | { readonly kind: 'acked'; readonly ack: VerifiedAck; readonly wasSuspended: boolean }
  /** Nothing was handed to the MQTT client. */
  | { readonly kind: 'not-sent' }
  /** Handed over, and no ack until the deadline, or the lock got another key pair meanwhile: the bolt may have moved. */
  | { readonly kind: 'silent' }

/** What comes of asking a lock how it is. `unreachable`: nothing could be handed over. `silent`: it did not answer in time. */
export type AskAnswer =
  | { readonly kind: 'answered'; readonly tookMs: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable' }

export interface LockLink {
  presence(lockId: LockId): LockPresence
  /** Null when it has not answered since the gateway started. */
  lastHello(lockId: LockId): LockHello | null
  /** Null unless the lock is online. */
  freshness(lockId: LockId): LockFreshness | null
  signOpen(fields: OpenCommandFields): Promise<SignedCommand>
  /** Publishes exactly the stored bytes once, and waits for the ack that is bound to them, at most until the deadline. */
  send(command: SignedCommand, untilMonotonicMs: number): Promise<SendAnswer>
  /** Asks the lock how it is, for a person who waits for the answer; some seconds at most. */
  ask(lockId: LockId): Promise<AskAnswer>
  /** Asks what became of a command; the answer comes as an ack. False when nothing could be handed to the MQTT client. */
  askOutcome(command: StoredCommand): Promise<boolean>
  /** Tells the lock that this ack is stored, soon and in one message with others. Call only after the store has it. */
  giveReceipt(ack: Pick<VerifiedAck, 'lockId' | 'keyGeneration' | 'journalSeq'>): void
}
