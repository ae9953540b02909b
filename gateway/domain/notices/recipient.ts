import type { AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'

/** Minutes since midnight on the site's clock; from 22:00 until 06:00 crosses midnight. Equal ones mean no hour at all. */
export interface QuietHours {
  /** Inclusive, 0–1439. */
  readonly fromMinute: number
  /** Exclusive, 0–1439. */
  readonly untilMinute: number
}

/** Whom alarms are told to, as the judgement of messages sees an entry of `alarms.notify`. */
export interface Recipient {
  /** Unique. What was told to a recipient is remembered by this name. */
  readonly name: string
  /** Told of alarms that are at least so severe. */
  readonly leastSeverity: AlarmSeverity
  readonly quietHours: QuietHours | null
}

export const isQuiet = (quiet: QuietHours | null, minuteOfDay: number): boolean => {
  if (quiet === null) return false
  const { fromMinute, untilMinute } = quiet
  if (fromMinute <= untilMinute) return fromMinute <= minuteOfDay && minuteOfDay < untilMinute
  return minuteOfDay >= fromMinute || minuteOfDay < untilMinute
}
