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
  /** Acks whose lock may be told that they are stored once the count is: the latest, at most 64. */
  readonly receipts: readonly number[]
}

export interface Surplus {
  readonly further: readonly FurtherWord[]
  readonly orphans: readonly Orphans[]
}

/** Commands of one lock whose further words are counted one by one between two looks; those of others only in all. */
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

  /** The next one is the first. */
  orphanNotStored(ack: VerifiedAck): void {
    this.#firsts.delete(kindOf(ack))
  }

  /** What it says of its command is stored, in other bytes. */
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
