import type { DoorStateName, OfflineWhy } from '#domain/locks/door-board.ts'
import type { OpeningState } from '#domain/openings/opening.ts'
import type { Plural } from '#http/words/guest-words.ts'
import type { DoorState } from '#protocol/limits.ts'

export interface DoorsWords {
  readonly title: string
  readonly all: string
  readonly states: Readonly<Record<DoorStateName, string>>
  /** Stands before a time. */
  readonly since: string
  readonly lastSeen: string
  /** The lock has not been heard since the gateway started, at the time that follows. */
  readonly notSinceStart: string
  readonly why: Readonly<Record<OfflineWhy, string>>
  readonly withAlarms: string
  readonly muted: string
  readonly toSeeTo: string
  readonly others: string
  readonly noArea: string
  readonly doorCount: Plural
  /** Of one group, behind the number of its doors. */
  readonly offlineCount: Plural
  readonly name: string
  readonly number: string
  readonly area: string
  readonly state: string
  readonly door: string
  readonly doorIs: Readonly<Record<DoorState, string>>
  readonly battery: string
  readonly firmware: string
  readonly lastOpening: string
  readonly never: string
  readonly openings: Readonly<Record<OpeningState, string>>
  /** What the values beside it are from: a lock that is away tells no new ones. */
  readonly asOf: string
  readonly search: string
  readonly searchHint: string
  readonly anyState: string
  readonly anyArea: string
  readonly find: string
  readonly clear: string
  readonly nothingFound: string
  readonly noDoors: string
  readonly noDoorsHint: string
  readonly mute: string
  readonly seeLog: string
  /** Doors have moved to another group since the page was made. */
  readonly sortAgain: string
  readonly moved: string
}
