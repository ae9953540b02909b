/** What a clock on the wall of the building shows. */
export interface WallTime {
  /** `2026-03-29`. */
  readonly date: string
  /** 0–1439. In the night in which clocks are set, some come twice and some never. */
  readonly minuteOfDay: number
}

/** The site's time zone. */
export interface Zone {
  wallTimeAt(utcMs: number): WallTime
}
