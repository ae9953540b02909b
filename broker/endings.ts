import type { BrokerCounters, EndReason, RefusalReason, ViolationReason } from './broker-counters.ts'
import type { QuietWarnings } from './broker-log.ts'
import type { Connection } from './connections.ts'

/** Counts and tells, once for each connection, why it was not let in or did not stay. Never names a password. */
export class Endings {
  readonly #counters: BrokerCounters
  readonly #warnings: QuietWarnings

  constructor(counters: BrokerCounters, warnings: QuietWarnings) {
    this.#counters = counters
    this.#warnings = warnings
  }

  /** Leaves the stream open, for aedes to answer with the CONNACK that belongs to the reason. */
  refuse(connection: Connection, reason: RefusalReason): void {
    if (connection.ended !== null) return
    connection.ended = reason
    this.refuseAddress(connection.address, reason, claimedLock(connection))
  }

  refuseAddress(address: string, reason: RefusalReason, fields: object = {}): void {
    this.#counters.refused[reason] += 1
    this.#warnings.warn(`refused ${reason}`, { reason, address, ...fields }, 'connection refused', performance.now())
  }

  end(connection: Connection, reason: EndReason): void {
    if (connection.ended === null) {
      connection.ended = reason
      this.#counters.ended[reason] += 1
      this.#tell(connection, reason)
    }
    connection.stream.destroy()
  }

  /** A stream that can't be understood any more, or costs too much. */
  violated(connection: Connection, reason: ViolationReason): void {
    if (connection.ready) this.end(connection, reason)
    else this.refuse(connection, reason)
    connection.stream.destroy()
  }

  #tell(connection: Connection, reason: EndReason): void {
    if (reason === 'gone' || reason === 'broker-closed') return
    const { lockId, address } = connection
    this.#warnings.warn(`ended ${reason} ${lockId}`, { reason, lockId, address }, 'connection ended', performance.now())
  }
}

const claimedLock = ({ claim }: Connection): object => (claim?.kind === 'lock' ? { lockId: claim.lockId } : {})
