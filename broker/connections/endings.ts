import { CONNACK_CODES, type ConnectFlaw } from '#broker/access/authenticate.ts'
import type { BrokerClock } from '#broker/broker-clock.ts'
import type { BrokerCounters, EndReason, RefusalReason, ViolationReason } from '#broker/broker-counters.ts'
import type { QuietLog } from '#broker/broker-log.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Connection } from './connections.ts'

/** First byte of a CONNACK. */
const CONNACK = 0x20

interface EndingParts {
  readonly counters: BrokerCounters
  readonly warnings: QuietLog
  /** Of connections that have not proven who they are: of all of them together a bounded number of lines. */
  readonly refusals: QuietLog
  readonly isLock: (lockId: LockId) => boolean
  readonly clock: Pick<BrokerClock, 'monotonicMs'>
}

/** Counts and tells, once for each connection, why it was not let in or did not stay. Never names a password. */
export class Endings {
  readonly #counters: BrokerCounters
  readonly #warnings: QuietLog
  readonly #refusals: QuietLog
  readonly #isLock: (lockId: LockId) => boolean

  readonly #clock: EndingParts['clock']

  constructor({ counters, warnings, refusals, isLock, clock }: EndingParts) {
    this.#clock = clock
    this.#counters = counters
    this.#warnings = warnings
    this.#refusals = refusals
    this.#isLock = isLock
  }

  /** Leaves the stream open, for aedes to answer with the CONNACK that belongs to the reason. */
  refuse(connection: Connection, reason: RefusalReason, facts: object = {}): void {
    if (connection.ended !== null) return
    connection.ended = reason
    const lockId = claimedLock(connection)
    // Each lock of the site has a line of its own, whatever others do at the same time. Names that are none share one.
    const subject = lockId !== null && this.#isLock(lockId) ? `refused ${reason} ${lockId}` : `refused ${reason}`
    this.#refuse(subject, reason, { address: connection.address, ...(lockId !== null && { lockId }), ...facts })
  }

  /** The same where aedes has no way to give that answer: it is written here, and the stream ends behind it. */
  refuseWithCode(connection: Connection, reason: ConnectFlaw, facts: object): void {
    if (connection.ended !== null) return
    this.refuse(connection, reason, facts)
    connection.stream.write(Buffer.from([CONNACK, 2, 0, CONNACK_CODES[reason]]))
    connection.stream.destroySoon()
  }

  refuseAddress(address: string, reason: RefusalReason): void {
    this.#refuse(`refused ${reason}`, reason, { address })
  }

  #refuse(subject: string, reason: RefusalReason, fields: object): void {
    this.#counters.refused[reason] += 1
    this.#refusals.warn(subject, { reason, ...fields }, 'connection refused', this.#clock.monotonicMs())
  }

  end(connection: Connection, reason: EndReason, facts: object = {}): void {
    if (connection.ended === null) {
      connection.ended = reason
      this.#counters.ended[reason] += 1
      this.#tell(connection, reason, facts)
    }
    connection.stream.destroy()
  }

  /** A stream that can't be understood any more, or costs too much. */
  violated(connection: Connection, reason: ViolationReason, facts: object = {}): void {
    if (connection.ready) this.end(connection, reason, facts)
    else this.refuse(connection, reason, facts)
    connection.stream.destroy()
  }

  #tell(connection: Connection, reason: EndReason, facts: object): void {
    if (reason === 'gone' || reason === 'broker-closed') return
    const { lockId, address } = connection
    const fields = { reason, lockId, address, ...facts }
    this.#warnings.warn(`ended ${reason} ${lockId}`, fields, 'connection ended', this.#clock.monotonicMs())
  }
}

const claimedLock = ({ claim }: Connection): LockId | null =>
  claim?.kind === 'lock' ? claim.lockId : (claim?.lockId ?? null)
