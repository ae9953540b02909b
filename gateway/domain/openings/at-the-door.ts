import type { ReadsOfAlarms } from '#domain/alarm-ports.ts'
import type { Alarm } from '#domain/alarms/alarm.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import type { StoreOfOpenings } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Opening } from './opening.ts'

/** What happened at a door lately: no rule of a tap, and what a person asks next. */
export interface AtTheDoor {
  readonly lastOpening: Opening | null
  /** Those that stand. */
  readonly alarms: readonly Alarm[]
}

/** Every kind at every lock of a large site. */
const STANDING_MAX = 25_000

export async function atTheDoor(
  lockId: LockId,
  deps: {
    readonly store: Pick<StoreOfOpenings, 'latestOpeningOf'>
    readonly standing: Pick<ReadsOfAlarms, 'standingAlarms'>
    readonly alarms: Pick<Alarms, 'unstored'>
  },
): Promise<AtTheDoor> {
  const isHere = (alarm: Alarm): boolean => alarm.lockId === lockId
  const stored = (await deps.standing.standingAlarms(STANDING_MAX)).filter(isHere)
  const unstored = deps.alarms.unstored.filter((one) => isHere(one) && !stored.some(({ kind }) => kind === one.kind))
  return { lastOpening: await deps.store.latestOpeningOf(lockId), alarms: [...unstored, ...stored] }
}
