import type { CryptoKey } from 'jose'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { EnvelopeCheck } from '#protocol/envelope.ts'
import type { LockId, SiteId } from '#protocol/ids.ts'

export interface EmbeddedPortEvents {
  onMessage(topic: string, payload: Buffer): void
  onClosed(): void
}

/** The gateway's place at a broker in its own process. */
export interface EmbeddedPort {
  /** False when the lock is not there, or does not listen: then nothing was written and nothing ever will be. */
  deliver(lockId: LockId, message: string): boolean
  /** The lock is there and listens. */
  reaches(lockId: LockId): boolean
  /** Ends the lock's connection, and lets it in again after `forMs` only. */
  cutOff(lockId: LockId, forMs: number): void
  /** Calls `done` once the broker has passed a message on. */
  roundTrip(done: () => void): void
  close(): void
}

/** Where the broker is: in this process, or somewhere else. */
export type BrokerConnection =
  | { readonly kind: 'embedded'; openPort(events: EmbeddedPortEvents): EmbeddedPort }
  | {
      readonly kind: 'external'
      /** `mqtt://host:port` or `mqtts://host:port`. */
      readonly url: string
      readonly userName: string
      readonly password: string
    }

export interface LockLinkTimes {
  /** A lock that was silent this long is asked for a hello. */
  readonly silenceMs: number
  /** A lock that has not answered a question after this is offline. */
  readonly answerWaitMs: number
  /** How often the link checks which locks to ask. */
  readonly tickMs: number
  /** How many locks one tick asks: a thousand locks are not all asked in one moment. */
  readonly askPerTick: number
  /** Acks of one lock that are stored within this time share a receipt; less than the second after which it repeats them. */
  readonly receiptDelayMs: number
}

export const DEFAULT_TIMES: LockLinkTimes = {
  silenceMs: 60_000,
  answerWaitMs: 5_000,
  tickMs: 250,
  askPerTick: 250,
  receiptDelayMs: 700,
}

/** A check of the envelope, or `generation`: the message names another key pair than the one that verified it. */
export type FailedCheck = EnvelopeCheck | 'generation'

/** One message of a lock with what became of it, for whoever watches a board. */
export interface LockMessageTrace {
  readonly direction: 'to-lock' | 'from-lock'
  readonly lockId: LockId
  readonly topic: string
  readonly message: string
  /** `ok`, the check that failed, or what else made it count for nothing. */
  readonly verdict: FailedCheck | 'ok' | 'will' | 'retained' | 'unknown-lock' | 'unexpected-topic' | 'too-much'
  readonly detail: string | null
}

export interface LockLinkOptions {
  readonly site: SiteId
  readonly broker: BrokerConnection
  /** The gateway's own ES256 private key, imported once. */
  readonly signingKey: CryptoKey
  readonly clock: Clock
  readonly log: Log
  readonly times?: Partial<LockLinkTimes>
}

/** Callbacks for what comes from locks without a caller of the link waiting for it. */
export interface LockLinkListeners {
  /** A verified ack that no `send` waits for. */
  onAck(ack: VerifiedAck): void
  /** A lock answered a question: it is there, and can be asked what became of earlier commands. */
  onHello(lockId: LockId): void
  /** A lock said more than a working one can, and is not heard for so long. */
  onCutOff(lockId: LockId, forMs: number): void
}
