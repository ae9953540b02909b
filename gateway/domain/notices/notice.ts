import type { AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { LockId, NoticeId } from '#protocol/ids.ts'

/**
 * Why a message is sent. `alarms`: something is so, or has got worse, or is over. `digest`: what was not worth a message
 * of its own, once a day. `flood`, `flood-over`: too much at once, and what is left of it. `power-returned`: who is back
 * and who is missing. `mute-over`, `quiet-over`: what has changed meanwhile. `reminder`: nobody has seen to it yet.
 * `test`: it shows that the way works.
 */
export const NOTICE_SORTS = [
  'alarms',
  'digest',
  'flood',
  'flood-over',
  'power-returned',
  'mute-over',
  'quiet-over',
  'reminder',
  'test',
] as const
export type NoticeSort = (typeof NOTICE_SORTS)[number]

/** What a message says of one alarm. `over`: it has ended. */
export const TOLD_STATES = ['raised', 'worse', 'flapping', 'still', 'over'] as const
export type ToldState = (typeof TOLD_STATES)[number]

/** An alarm in a message. */
export interface ToldAlarm {
  /** Of the alarm as `GET /alarms` lists it; null for one that could not be stored. */
  readonly id: number | null
  readonly kind: string
  /** Null for the site's own, as are `door` and `area`. */
  readonly lockId: LockId | null
  readonly door: string | null
  readonly area: string | null
  readonly severity: AlarmSeverity
  readonly state: ToldState
  /** UTC. */
  readonly sinceMs: number
}

export const NOTICE_TITLE_MAX = 120
export const NOTICE_LINES_MAX = 40
export const NOTICE_LINE_MAX = 300
/** Of more alarms the lines tell how many there are. */
export const NOTICE_ALARMS_MAX = 50

/** One message to one recipient. */
export interface Notice {
  readonly id: NoticeId
  /** Name of an entry of `alarms.notify`. */
  readonly recipient: string
  /** The most severe that it tells of. */
  readonly severity: AlarmSeverity
  readonly sort: NoticeSort
  /** One line, at most `NOTICE_TITLE_MAX` characters. */
  readonly title: string
  /** At most `NOTICE_LINES_MAX`, each at most `NOTICE_LINE_MAX` characters. */
  readonly lines: readonly string[]
  /** At most `NOTICE_ALARMS_MAX`, the most urgent first. */
  readonly alarms: readonly ToldAlarm[]
  /** UTC. */
  readonly madeAtMs: number
}

/** What became of one try to deliver a notice. */
export type NoticeTry =
  | { readonly kind: 'delivered' }
  /** @param nextTryAtMs UTC */
  | { readonly kind: 'failed'; readonly cause: string; readonly nextTryAtMs: number }
  /** It is not tried again. */
  | { readonly kind: 'given-up'; readonly cause: string }

/** A notice that is neither delivered nor given up. */
export interface WaitingNotice {
  readonly notice: Notice
  readonly tries: number
  /** UTC; not before `madeAtMs`. */
  readonly nextTryAtMs: number
  /** Of the last try; null before the first. */
  readonly lastCause: string | null
}

/** How the way to one recipient has done so far. */
export interface DeliveryRecord {
  readonly recipient: string
  /** UTC of the last notice that was delivered; null for none. */
  readonly deliveredAtMs: number | null
  /** UTC of the first notice that was given up since one was delivered; null for none. */
  readonly givenUpAtMs: number | null
}

/** A notice was given up, and none has arrived since. Times don't tell: the clock may have been set in between. */
export const isUnreached = ({ givenUpAtMs }: Pick<DeliveryRecord, 'givenUpAtMs'>): boolean => givenUpAtMs !== null
