import type { Principal } from '#domain/access/principal.ts'
import type { Clock } from '#domain/time/clock.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'
import { LockAggregate } from './lock-aggregate.ts'
import { LockGroups } from './lock-groups.ts'

const NONE: ReadonlySet<LockId> = new Set()

/** All locks of the site in memory: one process owns the store, so what it holds is what is so. */
export class LockRegistry {
  readonly #locks = new Map<LockId, Lock>()
  readonly #aggregates = new Map<LockId, LockAggregate>()
  readonly #ofOrganization = new LockGroups()
  readonly #ofOwner = new LockGroups()
  readonly #clock: Clock

  constructor(locks: readonly Lock[], clock: Clock) {
    this.#clock = clock
    for (const lock of locks) this.put(lock)
  }

  get(lockId: LockId): Lock | null {
    return this.#locks.get(lockId) ?? null
  }

  /** In no order. */
  all(): Iterable<Lock> {
    return this.#locks.values()
  }

  /** Sorts them all: not for what a program may ask again and again. */
  list(): readonly Lock[] {
    return [...this.#locks.values()].sort((a, b) => a.lockId - b.lockId)
  }

  /** Those that `lockRefusal` does not refuse, found without a look at the others; null for all. It follows changes. */
  seenBy(principal: Principal): ReadonlySet<LockId> | null {
    switch (principal.kind) {
      case 'owner':
      case 'staff':
        return null
      case 'user':
        return this.#ofOwner.of(principal.userId)
      case 'service':
        return this.#ofOrganization.of(principal.organization)
      case 'guest':
        return NONE
      default:
        return unreachable(principal)
    }
  }

  /** The same by number. */
  listFor(principal: Principal): readonly Lock[] {
    if (principal.kind === 'owner' || principal.kind === 'staff') return this.list()
    if (principal.kind === 'guest') return []
    const inOrder =
      principal.kind === 'user'
        ? this.#ofOwner.inOrder(principal.userId)
        : this.#ofOrganization.inOrder(principal.organization)
    return inOrder.flatMap((lockId) => this.#locks.get(lockId) ?? [])
  }

  /** Call after the store has it. An aggregate outlives a change of its lock's record. */
  put(lock: Lock): void {
    const before = this.#locks.get(lock.lockId)
    this.#ofOrganization.move(lock.lockId, before?.organization ?? null, lock.organization)
    this.#ofOwner.move(lock.lockId, before?.owner ?? null, lock.owner)
    this.#locks.set(lock.lockId, lock)
    if (!this.#aggregates.has(lock.lockId)) {
      this.#aggregates.set(lock.lockId, new LockAggregate(lock.lockId, lock.lastCommand, this.#clock))
    }
  }

  aggregate(lockId: LockId): LockAggregate | null {
    return this.#aggregates.get(lockId) ?? null
  }
}
