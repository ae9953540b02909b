import type { JobName } from '#store/jobs/jobs.ts'

/** What a test lets go wrong, by the name of the place. `code` is SQLite's own, `SQLITE_FULL` for instance. */
export interface FaultPoints {
  /** A slow card: every commit takes this much longer. */
  readonly commitDelayMs?: number
  readonly failCommits?: { readonly times: number; readonly code: string }
  readonly failJobs?: { readonly name: JobName; readonly times: number; readonly code: string }
  /** Times that the connection can't be opened again after it was given up. */
  readonly failOpens?: number
  /** The writer thread dies at the next job. */
  readonly crashWriter?: boolean
  /** The writer thread dies after its next commit: what is stored is never answered. */
  readonly dieAfterCommit?: boolean
}

/** A test's hand on the store. The points reach the writer before any job that is posted after them. */
export class StoreFaults {
  #points: FaultPoints = {}
  #changed: ((points: FaultPoints) => void) | null = null

  get points(): FaultPoints {
    return this.#points
  }

  /** Takes the place of what was set before. */
  set(points: FaultPoints): void {
    this.#points = points
    this.#changed?.(points)
  }

  onChange(changed: (points: FaultPoints) => void): void {
    this.#changed = changed
  }
}
