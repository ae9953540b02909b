import type { TempKey } from '#domain/temp-key.ts'
import type { LockId, TempKeyUuid } from '#protocol/ids.ts'
import type { KeyCounters } from './temp-keys.ts'

/** A kilobyte each at most, whitelists aside. */
const KEYS_MAX = 20_000

/**
 * Temp keys in memory, so that a tap reads nothing: after each commit of the writer, a read has to find all its pages
 * anew. One process owns the store, so what it holds is what is so: the writer tells of every counter that moved, in the
 * order of its commits and before any of its answers, and a key that was changed otherwise is forgotten.
 */
export class KeyMemory {
  /** The least lately wanted first. */
  readonly #keys = new Map<TempKeyUuid, TempKey>()

  get full(): boolean {
    return this.#keys.size >= KEYS_MAX
  }

  has(uuid: TempKeyUuid): boolean {
    return this.#keys.has(uuid)
  }

  find(uuid: TempKeyUuid): TempKey | null {
    const key = this.#keys.get(uuid)
    if (key === undefined) return null
    this.#keys.delete(uuid)
    this.#keys.set(uuid, key)
    return key
  }

  /** As it was read from the store just now. */
  keep(key: TempKey): void {
    const oldest = this.full ? this.#keys.keys().next().value : undefined
    if (oldest !== undefined) this.#keys.delete(oldest)
    this.#keys.set(key.uuid, key)
  }

  counted({ uuid, usedCount, heldCount }: KeyCounters): void {
    const key = this.#keys.get(uuid)
    if (key !== undefined) this.#keys.set(uuid, { ...key, usedCount, heldCount })
  }

  forget(uuid: TempKeyUuid): void {
    this.#keys.delete(uuid)
  }

  forgetKeysOf(lockId: LockId): void {
    for (const key of this.#keys.values()) if (key.lockId === lockId) this.#keys.delete(key.uuid)
  }

  clear(): void {
    this.#keys.clear()
  }
}
