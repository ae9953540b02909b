import type { Alarm } from '#domain/alarms/alarm.ts'
import type { AlarmGlance, Glance } from '#domain/alarms/alarm-glance.ts'
import { doorMutedUntilMs } from '#domain/alarms/mute.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Store } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import { type DoorAlarm, type DoorRow, doorRowOf } from './door-board.ts'
import type { Lock } from './lock.ts'
import type { LockLink } from './lock-link.ts'
import type { LockRegistry } from './lock-registry.ts'

/** Every door at one moment. */
export interface Board {
  /** In the order of the locks' numbers. The row of a door that has not changed is the same object as before. */
  readonly rows: readonly WatchedRow[]
  /** The greatest version of a row. */
  readonly version: number
  /** Versions of another process, or another watch, mean nothing here. */
  readonly epoch: string
}
export interface WatchedRow {
  readonly row: DoorRow
  /** Counts the changes of all rows: whoever has seen a version knows each row of that version or a lower one. */
  readonly version: number
}

interface Deps {
  readonly locks: Pick<LockRegistry, 'list'>
  readonly link: Pick<LockLink, 'presence' | 'lastHello'>
  readonly store: Pick<Store, 'latestOpenings' | 'locksNotArrived'>
  readonly openings: Pick<OpeningWatch, 'listenToAll'>
  readonly glance: Pick<AlarmGlance, 'lately'>
  readonly clock: Clock
}

/** A person sees no more, and a thousand doors take some milliseconds. */
const LOOK_EVERY_MS = 400
/** Then other work has its turn. */
const DOORS_AT_ONCE = 250
const NOT_ARRIVED_MAX = 20_000

/** Looks at every door while somebody wants to know, and tells what has changed. Nobody asks, nothing is done. */
export class DoorWatch {
  readonly #deps: Deps
  readonly #epoch: string
  readonly #known = new Map<LockId, WatchedRow & { readonly signature: string }>()
  readonly #latest = new Map<LockId, Opening>()
  #loaded: Promise<void> | null = null
  #version = 0
  #last: { readonly atMonotonicMs: number; readonly board: Promise<Board> } | null = null

  constructor(deps: Deps) {
    this.#deps = deps
    this.#epoch = deps.clock.nowMs().toString(36)
    deps.openings.listenToAll((opening) => this.#keep(opening))
  }

  /** One look for all who ask within a moment. */
  look(): Promise<Board> {
    const { clock } = this.#deps
    const atMonotonicMs = clock.monotonicMs()
    if (this.#last !== null && atMonotonicMs - this.#last.atMonotonicMs < LOOK_EVERY_MS) return this.#last.board
    // A look that takes longer than that is not begun twice: rows would get two versions for one change.
    const before = this.#last?.board.catch(() => null) ?? Promise.resolve(null)
    const last = { atMonotonicMs, board: before.then(() => this.#look()) }
    this.#last = last
    last.board.catch(() => {
      if (this.#last === last) this.#last = null
    })
    return last.board
  }

  /** One door as it is at this moment: whoever has just done something to it sees that it is so. */
  async lookAt(lock: Lock): Promise<DoorRow> {
    const { store, glance, clock } = this.#deps
    await this.#lastOpeningsKnown()
    const seen = await glance.lately()
    const notArrived = new Set(await store.locksNotArrived(clock.nowMs(), NOT_ARRIVED_MAX))
    return this.#present(lock, alarmsByDoor(seen).get(lock.lockId) ?? [], notArrived, seen)
  }

  async #look(): Promise<Board> {
    const { locks, store, glance, clock } = this.#deps
    await this.#lastOpeningsKnown()
    const seen = await glance.lately()
    const alarms = alarmsByDoor(seen)
    const notArrived = new Set(await store.locksNotArrived(clock.nowMs(), NOT_ARRIVED_MAX))
    const all = locks.list()
    const rows: WatchedRow[] = []
    for (let at = 0; at < all.length; at += DOORS_AT_ONCE) {
      if (at > 0) await this.#turn()
      for (const lock of all.slice(at, at + DOORS_AT_ONCE)) {
        rows.push(this.#rowOf(lock, alarms.get(lock.lockId) ?? [], notArrived, seen))
      }
    }
    return { rows, version: this.#version, epoch: this.#epoch }
  }

  async #lastOpeningsKnown(): Promise<void> {
    this.#loaded ??= this.#load()
    await this.#loaded.catch((error: unknown) => {
      this.#loaded = null
      throw error
    })
  }

  #present(lock: Lock, alarms: readonly DoorAlarm[], notArrived: ReadonlySet<LockId>, { mutes }: Glance): DoorRow {
    const { link, clock } = this.#deps
    const { lockId } = lock
    const presence = link.presence(lockId)
    return doorRowOf({
      ...{ lock, presence, alarms, hello: link.lastHello(lockId), lastOpening: this.#latest.get(lockId) ?? null },
      mutedUntilMs: doorMutedUntilMs(lock, mutes, clock.nowMs()),
      hasArrived: presence.lastSeenMs !== null || !notArrived.has(lockId),
    })
  }

  #rowOf(lock: Lock, alarms: readonly DoorAlarm[], notArrived: ReadonlySet<LockId>, seen: Glance): WatchedRow {
    const { lockId } = lock
    const row = this.#present(lock, alarms, notArrived, seen)
    const signature = JSON.stringify(row)
    const known = this.#known.get(lockId)
    if (known?.signature === signature) return known
    this.#version += 1
    const changed = { row, signature, version: this.#version }
    this.#known.set(lockId, changed)
    return changed
  }

  /** Once: from then on every change is heard. */
  async #load(): Promise<void> {
    for (let after = 0; ; await this.#turn()) {
      const openings = await this.#deps.store.latestOpenings(after, DOORS_AT_ONCE)
      for (const opening of openings) this.#keep(opening)
      const last = openings.at(-1)
      if (last === undefined || openings.length < DOORS_AT_ONCE) return
      after = last.lockId
    }
  }

  /** A late word on an older opening is not the newest one. */
  #keep(opening: Opening): void {
    const known = this.#latest.get(opening.lockId)
    const isOlder =
      known !== undefined && known.openingId !== opening.openingId && known.startedAtMs > opening.startedAtMs
    if (!isOlder) this.#latest.set(opening.lockId, opening)
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.clock.startTimer(0, resolve)
    })
  }
}

function alarmsByDoor({ alarms }: Glance): ReadonlyMap<LockId, readonly DoorAlarm[]> {
  const byDoor = new Map<LockId, DoorAlarm[]>()
  for (const alarm of alarms) {
    if (alarm.lockId === null) continue
    const ofDoor = byDoor.get(alarm.lockId)
    if (ofDoor === undefined) byDoor.set(alarm.lockId, [doorAlarmOf(alarm)])
    else ofDoor.push(doorAlarmOf(alarm))
  }
  return byDoor
}

const doorAlarmOf = ({ kind, severity, acknowledged }: Alarm): DoorAlarm => ({
  ...{ kind, severity, isAcknowledged: acknowledged !== null },
})
