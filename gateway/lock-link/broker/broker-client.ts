import type { LockId } from '#protocol/ids.ts'

export interface BrokerClientEvents {
  /** Connected and subscribed: what is asked now can be answered. */
  onReady(): void
  onGone(): void
  onMessage(topic: string, payload: Buffer, retained: boolean): void
}

export interface PublishTerms {
  /** How long the message is of use; after that a reconnect no longer sends it. */
  readonly forMs: number
  /** A command that moves a bolt: no broker may keep it for a lock that is away. */
  readonly isOpen: boolean
}

export interface BrokerClient {
  readonly ready: boolean
  /** As far as the broker tells, what is published now reaches the lock: a broker elsewhere tells nothing of its locks. */
  reaches(lockId: LockId): boolean
  /**
   * Hands one message to a lock's command topic, not retained. False when there is no connection (to the broker, or of the
   * lock where the broker can tell): then nothing was handed over and nothing ever will be.
   */
  publish(lockId: LockId, message: string, how: PublishTerms): boolean
  /** Does what this broker can to hear nothing of the lock for `forMs`. */
  cutOff(lockId: LockId, forMs: number): void
  /** Asks the broker for a sign of life, and calls `done` when it comes; never when there is no connection. */
  roundTrip(done: () => void): void
  close(): Promise<void>
}
