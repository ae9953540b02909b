import Database from 'better-sqlite3'
import type { JobName } from '#store/jobs/jobs.ts'
import type { FaultPoints } from './store-faults.ts'

/** The writer's side of injected faults: counts them down. Without a test, nothing is ever set. */
export class ArmedFaults {
  #points: FaultPoints = {}
  #commits = 0
  #jobs = 0
  readonly #failed = new Set<number>()
  #opens = 0

  arm(points: FaultPoints): void {
    this.#points = points
    this.#commits = points.failCommits?.times ?? 0
    this.#jobs = points.failJobs?.times ?? 0
    this.#opens = points.failOpens ?? 0
  }

  /** A job that failed fails again when it is run once more: its fault is in it, not in the moment. */
  beforeJob(job: { readonly id: number; readonly name: JobName }): void {
    if (this.#points.crashWriter === true) process.exit(1)
    if (this.#points.failJobs?.name !== job.name) return
    if (!this.#failed.has(job.id)) {
      if (this.#jobs === 0) return
      this.#jobs -= 1
      this.#failed.add(job.id)
    }
    throw new Database.SqliteError('injected', this.#points.failJobs.code)
  }

  beforeCommit(): void {
    const delayMs = this.#points.commitDelayMs ?? 0
    if (delayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs)
    if (this.#commits === 0 || this.#points.failCommits === undefined) return
    this.#commits -= 1
    throw new Database.SqliteError('injected', this.#points.failCommits.code)
  }

  afterCommit(): void {
    if (this.#points.dieAfterCommit === true) process.exit(1)
  }

  beforeOpen(): void {
    if (this.#opens === 0) return
    this.#opens -= 1
    throw new Database.SqliteError('injected', 'SQLITE_CANTOPEN')
  }
}
