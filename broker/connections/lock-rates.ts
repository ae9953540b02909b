import type { BrokerLimits } from '#broker/broker-limits.ts'
import type { LockId } from '#protocol/ids.ts'
import { RateCap } from './rate-cap.ts'

/** What one lock may do, over all its connections. */
export interface LockRates {
  readonly publishes: RateCap
  readonly packets: RateCap
  readonly connects: RateCap
}

/**
 * A lock's caps outlive its connections: kept in one, they would be new with each reconnect. Only locks whose password was
 * right have an entry, so there are as many as there are locks.
 */
export class RatesOfLocks {
  readonly #limits: BrokerLimits
  readonly #locks = new Map<LockId, LockRates>()
  readonly #cutOffUntilMs = new Map<LockId, number>()

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  of(lockId: LockId, nowMs: number): LockRates {
    const known = this.#locks.get(lockId)
    if (known !== undefined) return known
    const { publishesPerSecond, packetsPerSecond, connectsPerSecond } = this.#limits
    const rates = {
      publishes: new RateCap(publishesPerSecond, nowMs),
      packets: new RateCap(packetsPerSecond, nowMs),
      connects: new RateCap(connectsPerSecond, nowMs, CONNECTS_AT_ONCE),
    }
    this.#locks.set(lockId, rates)
    return rates
  }

  /** Call when the lock got a new password: what was done with the old one must not count against it. */
  forget(lockId: LockId): void {
    this.#locks.delete(lockId)
    this.#cutOffUntilMs.delete(lockId)
  }

  cutOff(lockId: LockId, untilMs: number): void {
    this.#cutOffUntilMs.set(lockId, untilMs)
  }

  isCutOff(lockId: LockId, nowMs: number): boolean {
    const untilMs = this.#cutOffUntilMs.get(lockId)
    if (untilMs === undefined) return false
    if (nowMs < untilMs) return true
    this.#cutOffUntilMs.delete(lockId)
    return false
  }
}

/** A network that flaps brings a lock back again and again, for a while. */
const CONNECTS_AT_ONCE = 20
