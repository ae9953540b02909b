/** A day and a time as a wall clock shows them. */
export interface LocalTime {
  /** `2026-11-28`. */
  readonly date: string
  /** Minutes since midnight as the clock shows them, 0 to 1,439. */
  readonly minuteOfDay: number
}

/** The zone of the site: people plan their day by its wall clock, and a change of daylight saving time is part of it. */
export interface Zone {
  /** IANA name, such as `Europe/Zurich`. */
  readonly name: string
  /** @param atMs UTC, ms since 1970 */
  localOf(atMs: number): LocalTime
  /**
   * The instants (UTC, ms since 1970) at which the clock shows this: one on most days, none when a change skips it, and
   * two, in their order, when a change repeats it.
   */
  instantsOf(local: LocalTime): readonly number[]
  /** `2026-11-28T22:15:00+01:00`: seconds, and the offset that holds at that instant. */
  withOffset(atMs: number): string
}
