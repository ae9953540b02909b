import type { Opening, OpeningSteps } from '#domain/openings/opening.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { LockId } from '#protocol/ids.ts'
import type { LockEvent, LockEventType } from './events.ts'
import type { SiteEvent, SiteEventType } from './site-event.ts'

/**
 * A place among all events. One of a lock stands at its `seq` and site 0; one of the site behind the `seq` that was the
 * newest then, by its id. Whatever is stored later stands further on.
 */
export interface LogPlace {
  readonly seq: number
  readonly site: number
}

export const BEGINNING: LogPlace = { seq: 0, site: 0 }
export const comparePlaces = (one: LogPlace, other: LogPlace): number => one.seq - other.seq || one.site - other.site

export type LogEventType = LockEventType | SiteEventType

/** What an event's own row does not say of its opening: as it stands now. */
export interface LoggedOpening extends OpeningSteps, Pick<Opening, 'state' | 'reason' | 'corrected' | 'settledAtMs'> {
  /** Who asked for it, as `principalLabel` names him. */
  readonly principal: string
  readonly startedAtMs: number
  /** Staff tried the door. */
  readonly isTest: boolean
}

export type LogRow =
  | {
      readonly kind: 'lock'
      readonly event: LockEvent
      /** Null for an event of no opening. */
      readonly opening: LoggedOpening | null
      /** Null for an event of no key, or of one that is only known by its `keyRef`. */
      readonly key: Pick<TempKey, 'description'> | null
    }
  | { readonly kind: 'site'; readonly event: SiteEvent }

export interface LogQuery {
  /** Exclusive: from here towards the beginning. */
  readonly before: LogPlace
  /** Exclusive: no further than this. */
  readonly after: LogPlace
  /** Null for all locks. */
  readonly locks: ReadonlySet<LockId> | null
  readonly withSite: boolean
  /** Null for all types. */
  readonly types: ReadonlySet<LogEventType> | null
  /** UTC ms, inclusive. */
  readonly sinceMs: number | null
  /** UTC ms, exclusive. */
  readonly untilMs: number | null
  readonly limit: number
  /** Asked last, of what everything else lets pass. */
  isWanted(row: LogRow): boolean
}

export interface LogRows {
  /** Newest first. */
  readonly rows: readonly LogRow[]
  /** Everything from `before` to this was looked at: go on before it. Null when nothing is left. */
  readonly lookedTo: LogPlace | null
}

/** All that ever happened, from the newest to the oldest. */
export interface EventLog {
  /** The newest place there is. */
  newest(): Promise<LogPlace>
  /**
   * A bounded number of events is looked at, so that there may be fewer rows than wanted though more are left. Read in
   * steps between which other work is done.
   *
   * @param end once it is aborted nobody wants the rows
   */
  rowsBefore(query: LogQuery, end: AbortSignal | null): Promise<LogRows>
}
