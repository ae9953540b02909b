import type { Alarm } from '#domain/alarms/alarm.ts'

/** Where nobody is named, somebody who looks at the alarms now and then is given so much time. */
const UNSEEN_FOR_MS = 10 * 60_000

/** Whether an alarm stands that nobody has seen, of those that are worth a message. */
export const isUnseen = (standing: Iterable<Alarm>, nowMs: number): boolean =>
  [...standing].some(
    ({ kind, severity, acknowledged, sinceMs }) =>
      kind !== 'nobody-told' && severity !== 'notice' && acknowledged === null && nowMs - sinceMs >= UNSEEN_FOR_MS,
  )
