import type { AlarmKind, AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { Plural } from '#http/words/guest-words.ts'

/** One kind of alarm, as people read it. */
export interface AlarmText {
  readonly name: string
  readonly consequence: string
  readonly advice: string
}

export interface AlarmsWords {
  readonly title: string
  readonly severities: Readonly<Record<AlarmSeverity, string>>
  readonly kinds: Readonly<Record<AlarmKind, AlarmText>>
  /** Advice that depends on what was seen, from the language of the log; null when it is none that is known. */
  seenAdvice(stored: string): string | null
  readonly standing: string
  readonly nothingStands: string
  readonly nothingStandsHint: string
  readonly mutedAlarms: string
  readonly past: string
  readonly nothingPast: string
  readonly wholeSite: string
  /** Each stands before a value. */
  readonly since: string
  readonly seen: Plural
  readonly seenLabel: string
  /** In place of who acknowledged it. */
  readonly byItself: string
  readonly lastSeen: string
  readonly consequence: string
  readonly firstAction: string
  readonly ended: string
  readonly acknowledgedBy: string
  readonly mutedUntil: string
  readonly notStored: string
  readonly word: string
  readonly wordHint: string
  readonly acknowledge: string
  /** What an acknowledgement does. */
  readonly endsByIt: string
  readonly goesOn: string
  readonly done: string
  readonly gone: string
  readonly endedMeanwhile: string
  readonly acknowledgedMeanwhile: string
  readonly worseMeanwhile: string
  readonly mutes: string
  readonly noMutes: string
  readonly mutesHint: string
  readonly neverMuted: string
  readonly mutedByWhom: string
  readonly newMute: string
  readonly what: string
  readonly aDoor: string
  readonly anArea: string
  readonly theSite: string
  readonly door: string
  readonly area: string
  readonly howLong: string
  readonly hours: Plural
  readonly mute: string
  readonly unmute: string
  readonly muteDone: string
  readonly unmuteDone: string
  readonly muteOver: string
  readonly chooseDoor: string
  readonly chooseArea: string
  readonly noSuchDoor: string
  readonly noSuchArea: string
  readonly badHours: string
  readonly moreStand: Plural
}
