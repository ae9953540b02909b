import { Temporal } from 'temporal-polyfill'
import type { LocalTime, Zone } from '#domain/time/zone.ts'

/** @throws RangeError when this Node knows no zone of that name */
export function zoneNamed(name: string): Zone {
  // Fails here and not at the first use.
  Temporal.Now.instant().toZonedDateTimeISO(name)
  const zoned = (atMs: number) => Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(name)
  return {
    name,
    localOf: (atMs) => {
      const local = zoned(atMs)
      return { date: local.toPlainDate().toString(), minuteOfDay: local.hour * 60 + local.minute }
    },
    instantsOf: (local) => instantsOf(local, name),
    withOffset: (atMs) =>
      zoned(atMs).toString({ timeZoneName: 'never', calendarName: 'never', smallestUnit: 'second' }),
  }
}

function instantsOf({ date, minuteOfDay }: LocalTime, name: string): readonly number[] {
  const plain = Temporal.PlainDate.from(date).toPlainDateTime({
    hour: Math.floor(minuteOfDay / 60),
    minute: minuteOfDay % 60,
  })
  // `earlier` and `later` are the same instant where there is one, and other wall times where there is none.
  const both = (['earlier', 'later'] as const).map((disambiguation) => plain.toZonedDateTime(name, { disambiguation }))
  const instants = both.filter((zoned) => zoned.toPlainDateTime().equals(plain)).map((zoned) => zoned.epochMilliseconds)
  return [...new Set(instants)]
}
