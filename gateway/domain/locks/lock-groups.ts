import type { LockId } from '#protocol/ids.ts'

const NONE: ReadonlySet<LockId> = new Set()

/** The locks that have one thing in common, by that thing: a look-up, however many locks there are. */
export class LockGroups {
  readonly #groups = new Map<string, Set<LockId>>()
  /** As far as they were asked for since the group last changed. */
  readonly #inOrder = new Map<string, readonly LockId[]>()

  /** A live set that follows later moves while the group has members; for an empty group, a set that stays empty. */
  of(name: string): ReadonlySet<LockId> {
    return this.#groups.get(name) ?? NONE
  }

  /** By number. */
  inOrder(name: string): readonly LockId[] {
    const known = this.#inOrder.get(name)
    if (known !== undefined) return known
    const group = this.#groups.get(name)
    if (group === undefined) return []
    const inOrder = [...group].sort((a, b) => a - b)
    this.#inOrder.set(name, inOrder)
    return inOrder
  }

  /** @param from null for none, as `to` */
  move(lockId: LockId, from: string | null, to: string | null): void {
    if (from === to) return
    if (from !== null) this.#remove(lockId, from)
    if (to === null) return
    const group = this.#groups.get(to)
    if (group === undefined) this.#groups.set(to, new Set([lockId]))
    else group.add(lockId)
    this.#inOrder.delete(to)
  }

  #remove(lockId: LockId, from: string): void {
    const group = this.#groups.get(from)
    group?.delete(lockId)
    this.#inOrder.delete(from)
    if (group?.size === 0) this.#groups.delete(from)
  }
}
