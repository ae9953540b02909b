import type { LockId } from '#protocol/ids.ts'
import type { LogEventType, LogPlace } from './event-log.ts'

/** What kind of thing happened. */
export const LOG_KINDS = ['opening', 'key', 'door', 'alarm', 'site'] as const
export type LogKind = (typeof LOG_KINDS)[number]

/** What came of an attempt to open. */
export const LOG_RESULTS = [
  'opened',
  'refused',
  'jammed',
  'not-sent',
  'unconfirmed',
  'not-opened',
  'denied',
  'charged',
  'released',
] as const
export type LogResult = (typeof LOG_RESULTS)[number]

/** By which way somebody came: a key's link, a command without a key, or how a change was made. */
export const LOG_WAYS = ['link', 'without-key', 'command-line', 'api', 'console', 'lock', 'gateway', 'unknown'] as const
export type LogWay = (typeof LOG_WAYS)[number]

export const LOG_PERSONS = ['guest', 'user', 'api-key', 'owner', 'staff', 'lock', 'gateway', 'unknown'] as const

/** `text` names him: a user's id, a person's name, an API key's name, a key's description. Null when it is unknown. */
export interface LogPerson {
  readonly kind: (typeof LOG_PERSONS)[number]
  readonly text: string | null
}

export interface LogKey {
  /** Staff's own words; null when there are none, or when nobody knows any more which key it was. */
  readonly description: string | null
  /** Six characters that stand for the key and open nothing; null when it is unknown. */
  readonly mark: string | null
}

/** One line of the log: what a person wants to know of one event. */
export interface LogEntry {
  readonly place: LogPlace
  /** UTC. */
  readonly atMs: number
  /** Null, as `door`, for what happened to no one door. */
  readonly lockId: LockId | null
  /** As the door is called now. */
  readonly door: string | null
  readonly area: string | null
  readonly event: LogEventType
  readonly kind: LogKind
  readonly who: LogPerson
  readonly key: LogKey | null
  readonly way: LogWay
  readonly result: LogResult | null
  /** A slug: why it came to that. */
  readonly reason: string | null
  /** In a person's own words, which may tell of persons. */
  readonly note: string | null
  /** How many things this one event stands for; null where that means nothing. */
  readonly count: number | null
  /** `code` is what a guest's page shows. */
  readonly opening: { readonly openingId: string; readonly code: string } | null
  /** Of an opening by which staff tried the door. */
  readonly isTest: boolean
  /** From the request to its end; null where nothing ended. */
  readonly tookMs: number | null
}

/** What callers with `keys:read` see, and no others: who came by which key, and what people wrote. */
export function withoutPersonal(entry: LogEntry): LogEntry {
  const { who, key } = entry
  return {
    ...entry,
    who: isGuest(who) ? { ...who, text: null } : who,
    key: key === null ? null : { ...key, description: null },
    note: null,
  }
}

/** Names a guest: whoever reads it is himself an event. */
export const namesGuest = ({ who, key }: LogEntry): boolean =>
  (isGuest(who) && who.text !== null) || (key !== null && key.description !== null)

const isGuest = ({ kind }: LogPerson): boolean => kind === 'guest' || kind === 'user'
