import type { DeskFacts } from './desk-facts.ts'
import type { DeskState } from './desk-state.ts'
import { groupsAmong } from './grouping.ts'
import type { News } from './news.ts'
import { keyOf, type Pending } from './pending.ts'

const FLOOD_WITHIN_MS = 10 * 60_000
const FLOOD_OVER = 10
/** Few enough to be told one by one again. */
const EBB = 3

/** What memory holds of the last ten minutes. */
export interface Tide {
  /** How many alarms the messages of the last ten minutes told of; a group is one. */
  readonly told: readonly { readonly atMs: number; readonly count: number }[]
  /** Desk times at which something began. */
  readonly begun: readonly number[]
}
export const NO_TIDE: Tide = { told: [], begun: [] }

const isLate = (atMs: number, deskMs: number): boolean => deskMs - atMs < FLOOD_WITHIN_MS

/** @param before what was pending at the look before: the others have begun now */
export function followTide(tide: Tide, news: readonly News[], before: Pending, deskMs: number): Tide {
  const begun = news.filter((one) => one.what !== 'over' && !before.has(keyOf(one))).map(() => deskMs)
  const told = tide.told.filter(({ atMs }) => isLate(atMs, deskMs))
  return { told, begun: [...tide.begun.filter((atMs) => isLate(atMs, deskMs)), ...begun] }
}

/** How many alarms a message tells of, one by one: several doors of one cause are one. */
export function unitsOf(news: readonly News[], facts: Pick<DeskFacts, 'doorOf' | 'sizeOf'>): number {
  const begun = news.filter(({ what }) => what !== 'over')
  const { groups, singles } = groupsAmong(begun, facts)
  return groups.length + singles.length
}

export const isFlood = (units: number, tide: Tide): boolean =>
  units > 0 && units + tide.told.reduce((sum, { count }) => sum + count, 0) > FLOOD_OVER

export const hasEbbed = ({ floodSinceMs }: DeskState, tide: Tide, deskMs: number): boolean =>
  floodSinceMs !== null && deskMs - floodSinceMs >= FLOOD_WITHIN_MS && tide.begun.length <= EBB

/** In a flood nothing is told one by one, except a critical kind that the flood has not brought before. */
export function holdInFlood(news: readonly News[], { floodSinceMs, told }: DeskState): readonly News[] {
  if (floodSinceMs === null) return news
  const kinds = new Set<string>()
  for (const { kind, toldMs } of told.values()) if (toldMs >= floodSinceMs) kinds.add(kind)
  return news.map((one) => {
    const breaksThrough = one.alarm.severity === 'critical' && one.what !== 'over' && !kinds.has(one.alarm.kind)
    return breaksThrough ? one : { ...one, heldBy: 'flood' }
  })
}

/** At its end what it brought is told together, whether it stands or is over. */
export const releaseFlood = (news: readonly News[], { floodSinceMs, told }: DeskState): readonly News[] =>
  news.map((one) => {
    const isOfFlood = one.heldBy === 'group' && told.get(one.name)?.group === floodSinceMs
    return isOfFlood ? { ...one, heldBy: null } : one
  })
