/** The wall clock of a time zone, by the rules that Node brings along. @param timeZone an IANA name */
export function siteZone(timeZone: string): {
  wallTimeAt(utcMs: number): { readonly date: string; readonly minuteOfDay: number }
} {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  })
  return {
    wallTimeAt: (utcMs) => {
      const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, value]))
      const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
      return {
        date: `${of('year')}-${of('month')}-${of('day')}`,
        minuteOfDay: Number(of('hour')) * 60 + Number(of('minute')),
      }
    },
  }
}
