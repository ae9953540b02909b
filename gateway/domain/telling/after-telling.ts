import type { DeskFacts } from './desk-facts.ts'
import type { DeskState, ToldAlarmEntry } from './desk-state.ts'
import { groupsAmong } from './grouping.ts'
import type { News } from './news.ts'

/** What the recipient knows once the message with this news is made. @param asGroup their ends are told together */
export function afterTelling(
  state: DeskState,
  news: readonly News[],
  facts: DeskFacts,
  asGroup: 'all' | 'groups',
): DeskState['told'] {
  const told = new Map(state.told)
  const ended = new Set(news.flatMap(({ name, what }) => (what === 'over' ? [told.get(name)?.group ?? null] : [])))
  for (const one of news) if (one.what === 'over') told.delete(one.name)
  // An update was given: who is still away comes back by itself.
  for (const [name, entry] of told) {
    if (entry.group !== null && ended.has(entry.group)) told.set(name, { ...entry, group: null })
  }
  const grouped = new Set(groupsAmong(news, facts).groups.flatMap(({ members }) => members))
  for (const one of news) {
    if (one.what !== 'over') {
      const isGrouped = asGroup === 'all' || grouped.has(one)
      told.set(one.name, entryOf(one, isGrouped ? facts.deskMs : null, facts))
    }
  }
  return told
}

function entryOf({ what, alarm }: News, group: number | null, { nowMs, deskMs }: DeskFacts): ToldAlarmEntry {
  const { id, kind, lockId, severity, sinceMs, beganAtMs = null, weight } = alarm
  const raisedMs = deskMs - Math.max(0, nowMs - sinceMs)
  return {
    ...{ id, kind, lockId, severity, sinceMs, beganAtMs, weight, raisedMs, toldMs: deskMs, group },
    isFlapping: what === 'flapping',
  }
}

export function without(state: DeskState, names: readonly string[]): DeskState {
  if (names.length === 0) return state
  const told = new Map(state.told)
  for (const name of names) told.delete(name)
  return { ...state, told }
}
