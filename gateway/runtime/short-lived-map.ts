/**
 * A Map for entries that live for milliseconds. A Map that is written and deleted from all the time is rehashed again
 * and again, and V8's old table points at the new one, for iterators. Once one dead table is old, each garbage collection
 * of the young keeps the next, and with it every value that was in it: requests, answers, their headers, until the next
 * full collection. Here a removed entry lets go of its value at once, and only a tiny holder is kept.
 */
export class ShortLivedMap<Key, Value extends object> {
  readonly #holders = new Map<Key, { value: Value | null }>()

  get size(): number {
    return this.#holders.size
  }

  get(key: Key): Value | undefined {
    return this.#holders.get(key)?.value ?? undefined
  }

  set(key: Key, value: Value): void {
    const holder = this.#holders.get(key)
    if (holder === undefined) this.#holders.set(key, { value })
    else holder.value = value
  }

  delete(key: Key): boolean {
    const holder = this.#holders.get(key)
    if (holder === undefined) return false
    holder.value = null
    return this.#holders.delete(key)
  }

  keys(): IterableIterator<Key> {
    return this.#holders.keys()
  }
}
