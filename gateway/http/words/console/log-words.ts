import type { LogEventType } from '#domain/events/event-log.ts'
import type { LogKind, LogPerson, LogResult, LogWay } from '#domain/events/log-entry.ts'
import type { Plural } from '#http/words/guest-words.ts'
import type { LogReasons } from './log-reasons.ts'

export interface LogWords {
  readonly title: string
  readonly events: Readonly<Record<LogEventType, string>>
  readonly results: Readonly<Record<LogResult, string>>
  readonly ways: Readonly<Record<LogWay, string>>
  /** Who it was, where no name is known or may be seen. */
  readonly persons: Readonly<Record<LogPerson['kind'], string>>
  readonly kinds: Readonly<Record<LogKind, string>>
  readonly when: string
  readonly what: string
  readonly door: string
  readonly site: string
  readonly who: string
  readonly key: string
  readonly way: string
  readonly details: string
  readonly took: string
  /** Stands before what happened when staff tried a door. */
  readonly test: string
  readonly reason: string
  readonly reasons: LogReasons
  /** Stands before the forms that the same lines may be had in. */
  readonly download: string
  readonly csv: string
  readonly jsonLines: string
  readonly helpCode: string
  readonly times: Plural
  /** Of keys that were revoked together. */
  readonly keys: Plural
  /** Of lines that named a guest to whoever read the log. */
  readonly namedGuests: Plural
  readonly anyResult: string
  readonly anyKind: string
  readonly result: string
  readonly kind: string
  readonly person: string
  readonly doorHint: string
  readonly keyHint: string
  readonly since: string
  readonly until: string
  readonly find: string
  readonly clear: string
  readonly nothing: string
  readonly nothingYet: string
  readonly lookFurther: string
  readonly noSuchDoor: string
  readonly noSuchArea: string
  readonly notPeople: string
  readonly badTime: string
  readonly skippedTime: string
  readonly untilBeforeSince: string
  /** In front of the name of the zone. */
  readonly zone: string
  readonly follow: string
  readonly stopFollowing: string
}
