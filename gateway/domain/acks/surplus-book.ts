import type { CommandId, LockId } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import type { VerifiedAck } from './ack.ts'

/** A result of a command that was signed again in other bytes, so many times. */
export interface FurtherWord {
  readonly lockId: LockId
  readonly commandId: CommandId
  readonly result: AckResult
  readonly times: number
}

/** Acks of one lock with one result that fitted no command of it; `ack` is the latest of so many. */
export interface Orphans {
  readonly ack: VerifiedAck
  readonly times: number
  /** Journal numbers of the latest acks, at most 64, for which the lock gets receipts once this count is stored. */
  readonly receipts: readonly number[]
}

export interface Surplus {
  readonly further: readonly FurtherWord[]
  readonly orphans: readonly Orphans[]
}

/** So many commands of one lock get a count each between two calls of `take`; more go only into the lock's total. */
const COMMANDS_COUNTED_MAX = 16
const RECEIPTS_MAX = 64

interface OfLock {
  readonly further: Map<string, FurtherWord>
  readonly orphans: Map<AckResult, { ack: VerifiedAck; times: number; receipts: number[] }>
  surplus: number
}

/**
 * What locks say beyond what is kept of it. A lock can sign without end; a commit for each ack would let one lock shut
 * every door. So the first of a kind is stored at once, and the others are counted here and stored now and then.
 */
export class SurplusBook {
  #locks = new Map<LockId, OfLock>()
  /** The first orphan of each kind since the start: five results of each lock at most. */
  readonly #firsts = new Map<string, { readonly message: string; readonly isStored: boolean }>()

  /**
   * `first` of its kind since the start: to be stored at once, and then told to `orphanStored` or `orphanNotStored`.
   * `said`: these bytes are stored. `waits`: they are about to be. `counted`: one of those between.
   */
  takeOrphan(ack: VerifiedAck): 'first' | 'said' | 'waits' | 'counted' {
    const kind = kindOf(ack)
    const first = this.#firsts.get(kind)
    if (first === undefined) {
      this.#firsts.set(kind, { message: ack.message, isStored: false })
      return 'first'
    }
    if (first.message === ack.message) return first.isStored ? 'said' : 'waits'
    const ofLock = this.#ofLock(ack.lockId)
    const orphans = ofLock.orphans.get(ack.result) ?? { ack, times: 0, receipts: [] }
    orphans.ack = ack
    orphans.times += 1
    if (!orphans.receipts.includes(ack.journalSeq)) orphans.receipts.push(ack.journalSeq)
    if (orphans.receipts.length > RECEIPTS_MAX) orphans.receipts.shift()
    ofLock.orphans.set(ack.result, orphans)
    ofLock.surplus += 1
    return 'counted'
  }

  orphanStored(ack: VerifiedAck): void {
    this.#firsts.set(kindOf(ack), { message: ack.message, isStored: true })
  }

  /** Forgets the failed attempt, so that the next orphan of this kind is stored as the first. */
  orphanNotStored(ack: VerifiedAck): void {
    this.#firsts.delete(kindOf(ack))
  }

  /** Counts an ack whose result is stored for its command already, in other bytes. */
  addFurther({ lockId, commandId, result }: VerifiedAck): void {
    const ofLock = this.#ofLock(lockId)
    const name = `${commandId} ${result}`
    const times = (ofLock.further.get(name)?.times ?? 0) + 1
    if (times > 1 || ofLock.further.size < COMMANDS_COUNTED_MAX) {
      ofLock.further.set(name, { lockId, commandId, result, times })
    }
    ofLock.surplus += 1
  }

  /** An ack that was not taken, because its lock has too many on the way: it will say it again. */
  addDropped(lockId: LockId): void {
    this.#ofLock(lockId).surplus += 1
  }

  /** What came since the last call, in all for each lock, and what of it is to be stored. */
  take(): { readonly surplus: Surplus; readonly counts: ReadonlyMap<LockId, number> } {
    const locks = this.#locks
    this.#locks = new Map()
    const all = [...locks.values()]
    return {
      surplus: {
        further: all.flatMap(({ further }) => [...further.values()]),
        orphans: all.flatMap(({ orphans }) => [...orphans.values()]),
      },
      counts: new Map([...locks].map(([lockId, { surplus }]) => [lockId, surplus])),
    }
  }

  #ofLock(lockId: LockId): OfLock {
    const known = this.#locks.get(lockId)
    if (known !== undefined) return known
    const ofLock: OfLock = { further: new Map(), orphans: new Map(), surplus: 0 }
    this.#locks.set(lockId, ofLock)
    return ofLock
  }
}

const kindOf = ({ lockId, result }: VerifiedAck): string => `${lockId} ${result}`
