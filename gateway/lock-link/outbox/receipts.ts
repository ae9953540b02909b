import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import { RECEIPT_MAX_ACKS } from '#protocol/limits.ts'
import { ShortLivedMap } from '#runtime/short-lived-map.ts'

export interface ReceiptBatch {
  readonly lockId: LockId
  readonly keyGeneration: number
  /** 1–16 exact journal numbers. */
  readonly acks: readonly number[]
}

/** Gathers the receipts of one lock for a moment: the guest's answer goes first, and several acks share a signature. */
export class Receipts {
  readonly #waiting = new ShortLivedMap<string, { lockId: LockId; keyGeneration: number; acks: Set<number> }>()
  readonly #clock: Clock
  readonly #delayMs: number
  readonly #give: (batch: ReceiptBatch) => void

  constructor(clock: Clock, delayMs: number, give: (batch: ReceiptBatch) => void) {
    this.#clock = clock
    this.#delayMs = delayMs
    this.#give = give
  }

  add(lockId: LockId, keyGeneration: number, journalSeq: number): void {
    const name = `${lockId} ${keyGeneration}`
    const batch = this.#waiting.get(name)
    if (batch !== undefined) {
      batch.acks.add(journalSeq)
      return
    }
    this.#waiting.set(name, { lockId, keyGeneration, acks: new Set([journalSeq]) })
    this.#clock.startTimer(this.#delayMs, () => this.#flush(name))
  }

  #flush(name: string): void {
    const batch = this.#waiting.get(name)
    if (batch === undefined) return
    this.#waiting.delete(name)
    const acks = [...batch.acks]
    for (let at = 0; at < acks.length; at += RECEIPT_MAX_ACKS) {
      this.#give({
        lockId: batch.lockId,
        keyGeneration: batch.keyGeneration,
        acks: acks.slice(at, at + RECEIPT_MAX_ACKS),
      })
    }
  }
}
