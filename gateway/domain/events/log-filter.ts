import { type DoorsMeant, hasPart } from '#domain/locks/doors-meant.ts'
import { keyMarkOf } from '#domain/openings/help-code.ts'
import { pastedKey, withoutKeys } from '#domain/temp-keys/pasted-key.ts'
import { type KeyRef, keyRefOf, parseKeyRef } from '#protocol/ids.ts'
import type { LogEventType, LogRow } from './event-log.ts'
import { keyRefIn, kindOfEvent, LOG_EVENT_TYPES, STEPS_OF_OPENINGS } from './judge-log-entry.ts'
import type { LogEntry, LogKind, LogResult } from './log-entry.ts'

/** Everything that is named has to be so. Texts are compared without regard to case, and a part is enough. */
export interface LogFilter extends DoorsMeant {
  /** A part of a key's description, its mark, its `keyRef`, its UUID or its link. */
  readonly key: string | null
  /** A part of what a person is called by. */
  readonly person: string | null
  readonly results: readonly LogResult[] | null
  readonly kinds: readonly LogKind[] | null
  /** Also what an opening goes through before its end. */
  readonly withSteps: boolean
  /** UTC ms, inclusive. */
  readonly sinceMs: number | null
  /** UTC ms, exclusive. */
  readonly untilMs: number | null
}

export const EVERYTHING: LogFilter = {
  ...{ door: null, area: null, key: null, person: null, results: null, kinds: null, withSteps: true },
  ...{ sinceMs: null, untilMs: null },
}

/** Whoever may not see people must not learn of them by asking, either. */
export const asksForPeople = ({ key, person }: LogFilter): boolean => key !== null || person !== null

/** The types that may be wanted; null for all. */
export function typesOf({ kinds, results, withSteps }: LogFilter): ReadonlySet<LogEventType> | null {
  if (kinds === null && results === null && withSteps) return null
  return new Set(
    LOG_EVENT_TYPES.filter((type) => {
      if (!withSteps && STEPS_OF_OPENINGS.has(type)) return false
      if (results !== null && kindOfEvent(type) !== 'opening') return false
      return kinds === null || kinds.includes(kindOfEvent(type))
    }),
  )
}

/** What can be told only of a whole entry. */
export function isMeant({
  key,
  person,
  results,
}: LogFilter): (row: LogRow, entryOf: (row: LogRow) => LogEntry) => boolean {
  if (key === null && person === null && results === null) return () => true
  const wantedKey = key === null ? null : keyTest(key)
  return (row, entryOf) => {
    if (wantedKey !== null && !wantedKey(row)) return false
    if (person === null && results === null) return true
    const entry = entryOf(row)
    if (results !== null && (entry.result === null || !results.includes(entry.result))) return false
    return person === null || (entry.who.text !== null && hasPart(entry.who.text, person))
  }
}

function keyTest(key: string): (row: LogRow) => boolean {
  const uuid = pastedKey(key)
  const wanted: KeyRef | null = uuid === null ? parseKeyRef(key) : keyRefOf(uuid)
  return (row) => {
    if (row.kind === 'site') return false
    const keyRef = keyRefIn(row.event)
    if (wanted !== null && keyRef === wanted) return true
    if (uuid !== null || keyRef === null) return false
    if (row.key?.description != null && hasPart(row.key.description, key)) return true
    return keyMarkOf(keyRef) === key.trim().toUpperCase()
  }
}

/** For people, and for the record of who asked what. A link is never repeated. */
export function filterInWords(filter: LogFilter, timeOf: (atMs: number) => string): string {
  const { door, area, key, person, results, kinds, sinceMs, untilMs } = filter
  const words = [
    ...(door === null ? [] : [`door ${door}`]),
    ...(area === null ? [] : [`area ${area}`]),
    ...(key === null ? [] : [pastedKey(key) === null ? `key ${key}` : 'one key by its link']),
    ...(person === null ? [] : [`person ${person}`]),
    ...(results === null ? [] : [`result ${results.join(' or ')}`]),
    ...(kinds === null ? [] : [`kind ${kinds.join(' or ')}`]),
    ...(sinceMs === null ? [] : [`since ${timeOf(sinceMs)}`]),
    ...(untilMs === null ? [] : [`until ${timeOf(untilMs)}`]),
  ]
  return words.length === 0 ? 'everything' : withoutKeys(words.join(', '))
}
