import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { LockId, TempKeyUuid } from '#protocol/ids.ts'
import type { KeyCounters } from '#store/tables/rows.ts'

const KEYS_MAX = 20_000
const BYTES_MAX = 32 * 1024 * 1024
/** Of a key without its texts, and of a text without its characters, as V8 keeps them. */
const KEY_BYTES = 700
const TEXT_BYTES = 32

/**
 * An LRU cache of temp keys, so that a tap reads nothing from the store: each commit of the writer makes SQLite drop
 * the reader's page cache. It stays true because one process owns the store: the writer reports every counter that
 * moved, in the order of its commits and before it answers, and a key that was changed otherwise is dropped.
 */
export class KeyMemory {
  /** The least recently used first. */
  readonly #keys = new Map<TempKeyUuid, TempKey>()
  #bytes = 0

  /** What it holds, about. */
  get bytes(): number {
    return this.#bytes
  }

  has(uuid: TempKeyUuid): boolean {
    return this.#keys.has(uuid)
  }

  /** It can be kept without forgetting another. */
  hasRoomFor(key: TempKey): boolean {
    return this.#keys.size < KEYS_MAX && this.#bytes + bytesOf(key) <= BYTES_MAX
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
    this.forget(key.uuid)
    for (const oldest of this.#keys.keys()) {
      if (this.hasRoomFor(key)) break
      this.forget(oldest)
    }
    this.#keys.set(key.uuid, key)
    this.#bytes += bytesOf(key)
  }

  counted({ uuid, usedCount, heldCount }: KeyCounters): void {
    const key = this.#keys.get(uuid)
    if (key !== undefined) this.#keys.set(uuid, { ...key, usedCount, heldCount })
  }

  forget(uuid: TempKeyUuid): void {
    const key = this.#keys.get(uuid)
    if (key === undefined) return
    this.#keys.delete(uuid)
    this.#bytes -= bytesOf(key)
  }

  forgetKeysOf(lockId: LockId): void {
    for (const key of this.#keys.values()) if (key.lockId === lockId) this.forget(key.uuid)
  }

  clear(): void {
    this.#keys.clear()
    this.#bytes = 0
  }
}

/** Two bytes for each character of a description, one of a user id: those are printable ASCII in most systems. */
function bytesOf({ description, allowedUserIds }: TempKey): number {
  let bytes = KEY_BYTES + 2 * (description?.length ?? 0)
  for (const userId of allowedUserIds) bytes += TEXT_BYTES + userId.length
  return bytes
}
