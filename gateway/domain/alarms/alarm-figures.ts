import type { AlarmStore, NoticeStore } from '#domain/alarm-ports.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Zone } from '#domain/time/zone.ts'
import type { LockId } from '#protocol/ids.ts'

const DAY_MS = 86_400_000
const DAYS = 30
const DOORS = 10
/** Every quarter of an hour of 30 days. */
const QUARTERS_MAX = DAYS * 96 + 96

/** How many messages were made on a day of the site. */
export interface MessagesOfDay {
  /** `2026-11-28`. */
  readonly date: string
  readonly count: number
}

export interface NoisyDoor {
  readonly lockId: LockId
  /** Null for a lock that is not known any more. */
  readonly name: string | null
  readonly area: string | null
  /** Alarms that began in these days. */
  readonly alarms: number
}

/** How much the alarms ask of people: what is too much is to be mended, and not to be got used to. */
export interface AlarmFigures {
  /** The last 30 days, oldest first, those without any message too. */
  readonly messages: readonly MessagesOfDay[]
  /** The ten doors with most alarms in 30 days, the noisiest first. */
  readonly noisiest: readonly NoisyDoor[]
  /** False when there were more alarms than were looked through, of which the newest count. */
  readonly isAll: boolean
}

export async function alarmFigures({
  store,
  locks,
  zone,
  clock,
}: {
  readonly store: Pick<NoticeStore, 'countNotices'> & Pick<AlarmStore, 'countAlarms'>
  readonly locks: Pick<LockRegistry, 'get'>
  readonly zone: Zone
  readonly clock: Pick<Clock, 'nowMs'>
}): Promise<AlarmFigures> {
  const nowMs = clock.nowMs()
  const sinceMs = nowMs - DAYS * DAY_MS
  const { counts, isAll } = await store.countAlarms(sinceMs)
  const noisiest = [...counts]
    .sort((a, b) => b.count - a.count || a.lockId - b.lockId)
    .slice(0, DOORS)
    .map(({ lockId, count }) => {
      const lock = locks.get(lockId)
      return { lockId, name: lock?.name ?? null, area: lock?.area ?? null, alarms: count }
    })
  const perDay = new Map<string, number>()
  // By half days, so that no day is left out where clocks are set.
  for (let atMs = nowMs - (DAYS - 1) * DAY_MS; atMs <= nowMs; atMs += DAY_MS / 2) perDay.set(zone.localOf(atMs).date, 0)
  for (const { fromMs, count } of await store.countNotices(sinceMs, QUARTERS_MAX)) {
    const { date } = zone.localOf(fromMs)
    const before = perDay.get(date)
    if (before !== undefined) perDay.set(date, before + count)
  }
  const messages = [...perDay].map(([date, count]) => ({ date, count }))
  return { messages, noisiest, isAll }
}
