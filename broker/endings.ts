import { CONNACK_CODES, type ConnectFlaw } from './authenticate.ts'
import type { BrokerCounters, EndReason, RefusalReason, ViolationReason } from './broker-counters.ts'
import type { QuietLog } from './broker-log.ts'
import type { Connection } from './connections.ts'

/** First byte of a CONNACK. */
const CONNACK = 0x20

/** Counts and tells, once for each connection, why it was not let in or did not stay. Never names a password. */
export class Endings {
  readonly #counters: BrokerCounters
  readonly #warnings: QuietLog

  constructor(counters: BrokerCounters, warnings: QuietLog) {
    this.#counters = counters
    this.#warnings = warnings
  }

  /** Leaves the stream open, for aedes to answer with the CONNACK that belongs to the reason. */
  refuse(connection: Connection, reason: RefusalReason, facts: object = {}): void {
    if (connection.ended !== null) return
    connection.ended = reason
    this.refuseAddress(connection.address, reason, { ...claimedLock(connection), ...facts })
  }

  /** The same where aedes has no way to give that answer: it is written here, and the stream ends behind it. */
  refuseWithCode(connection: Connection, reason: ConnectFlaw, facts: object): void {
    if (connection.ended !== null) return
    this.refuse(connection, reason, facts)
    connection.stream.write(Buffer.from([CONNACK, 2, 0, CONNACK_CODES[reason]]))
    connection.stream.destroySoon()
  }

  refuseAddress(address: string, reason: RefusalReason, fields: object = {}): void {
    this.#counters.refused[reason] += 1
    this.#warnings.warn(`refused ${reason}`, { reason, address, ...fields }, 'connection refused', performance.now())
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
    this.#warnings.warn(`ended ${reason} ${lockId}`, fields, 'connection ended', performance.now())
  }
}

const claimedLock = ({ claim }: Connection): object => (claim?.kind === 'lock' ? { lockId: claim.lockId } : {})
