import { BEGINNING, type EventLog } from '#domain/events/event-log.ts'
import type { Clock } from '#domain/time/clock.ts'
import { Lately } from '#domain/time/lately.ts'
import type { Zone } from '#domain/time/zone.ts'
import type { LockId } from '#protocol/ids.ts'

const DAY_MS = 86_400_000
export const ACK_DAYS = 14
/** A busier door shows its newest ones. */
const OPENINGS_MAX = 500
const GOOD_FOR_MS = 60_000
/** Doors whose figures are held. */
const DOORS_MAX = 50

/** How long a lock took on one day of the site, from the command that was sent to its signed word. */
export interface AckTimesOfDay {
  /** `2026-11-28`. */
  readonly date: string
  readonly count: number
  /** Null on a day without a measured opening. */
  readonly medianMs: number | null
  readonly slowestMs: number | null
}

export interface AckTimesOfDoor {
  /** The last 14 days, oldest first. */
  readonly days: readonly AckTimesOfDay[]
  readonly count: number
  readonly medianMs: number | null
}

interface Deps {
  readonly log: EventLog
  readonly zone: Zone
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/** Answer times of doors, found out at most once a minute for each. */
export class AckTimes {
  readonly #deps: Deps
  readonly #ofDoors = new Map<LockId, Lately<AckTimesOfDoor>>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  of(lockId: LockId): Promise<AckTimesOfDoor> {
    const known = this.#ofDoors.get(lockId)
    const lately = known ?? new Lately(() => ackTimesOf(lockId, this.#deps), GOOD_FOR_MS, this.#deps.clock)
    this.#ofDoors.delete(lockId)
    this.#ofDoors.set(lockId, lately)
    const [oldest] = this.#ofDoors.keys()
    if (this.#ofDoors.size > DOORS_MAX && oldest !== undefined) this.#ofDoors.delete(oldest)
    return lately.get()
  }
}

async function ackTimesOf(lockId: LockId, { log, zone, clock }: Deps): Promise<AckTimesOfDoor> {
  const nowMs = clock.nowMs()
  const sinceMs = nowMs - (ACK_DAYS - 1) * DAY_MS
  const byDay = new Map<string, number[]>()
  // By half days, so that no day is left out where clocks are set.
  for (let atMs = sinceMs; atMs <= nowMs; atMs += DAY_MS / 2) byDay.set(zone.localOf(atMs).date, [])
  const { seq } = await log.newest()
  const { rows } = await log.rowsBefore(
    {
      ...{ before: { seq: seq + 1, site: 0 }, after: BEGINNING, locks: new Set([lockId]), withSite: false },
      ...{ types: OPENED, sinceMs, untilMs: null, limit: OPENINGS_MAX, isWanted: () => true },
    },
    null,
  )
  for (const row of rows) {
    const { sentAfterMs = null, ackedAfterMs = null } = (row.kind === 'lock' ? row.opening : null) ?? {}
    if (sentAfterMs === null || ackedAfterMs === null) continue
    byDay.get(zone.localOf(row.event.atMs).date)?.push(Math.max(0, ackedAfterMs - sentAfterMs))
  }
  const days = [...byDay].map(
    ([date, times]): AckTimesOfDay => ({
      ...{ date, count: times.length, medianMs: medianOf(times) },
      slowestMs: times.length === 0 ? null : Math.max(...times),
    }),
  )
  const all = [...byDay.values()].flat()
  return { days, count: all.length, medianMs: medianOf(all) }
}

const OPENED = new Set(['LockOpened'] as const)

function medianOf(times: readonly number[]): number | null {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}
