import type { StoredCommand } from '#domain/openings/opening.ts'

/** A place in the order of one lock's unconfirmed openings. */
export interface OpeningCursor {
  readonly startedAtMs: number
  readonly rowId: number
}

export interface UnansweredPage {
  readonly commands: readonly StoredCommand[]
  /** Where to go on; null at the end. */
  readonly next: OpeningCursor | null
}
