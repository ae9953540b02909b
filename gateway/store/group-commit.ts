import type { Database } from 'better-sqlite3'
import { assertDurable, openForWriting } from './database.ts'
import type { ArmedFaults } from './fault-points.ts'
import { carriesLocksWord, type Job, runJob } from './jobs.ts'
import type { KeyCounters } from './temp-keys.ts'
import { prepareTransaction, type Transaction } from './transaction.ts'

/** `failed`: nothing of the job is stored. */
export type JobAnswer =
  | { readonly id: number; readonly kind: 'stored'; readonly result: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string; readonly code: string }

/** `counted` is null when something failed: then what others hold in memory may not be what is stored. */
export interface Committed {
  readonly answers: readonly JobAnswer[]
  readonly counted: readonly KeyCounters[] | null
}

interface Connection {
  readonly database: Database
  readonly tx: Transaction
  readonly bounds: Bounds
}

const prepareBounds = (database: Database) => ({
  begin: database.prepare('BEGIN IMMEDIATE'),
  commit: database.prepare('COMMIT'),
  rollback: database.prepare('ROLLBACK'),
  beginJob: database.prepare('SAVEPOINT job'),
  keepJob: database.prepare('RELEASE job'),
  undoJob: database.prepare('ROLLBACK TO job'),
})
type Bounds = ReturnType<typeof prepareBounds>

/** After one of these the connection may not know what is on the disk. */
const UNTRUSTED = /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|PROTOCOL|NOMEM)/

/**
 * The one writer. Jobs that arrived together share one durable commit, and one that fails fails alone. When the commit
 * itself fails nothing is stored, and only the lock's own words are tried again.
 */
export class GroupCommit {
  readonly #path: string
  readonly #faults: ArmedFaults
  #connection: Connection | null = null
  #lastSeq = 0

  constructor(path: string, faults: ArmedFaults) {
    this.#path = path
    this.#faults = faults
  }

  /** Opens now rather than with the first batch. */
  open(): void {
    this.#connected()
  }

  /** Never throws. The answers are true when this returns: what is `stored` is on the disk. */
  run(jobs: readonly Job[]): Committed {
    const committed = this.#commit(jobs)
    if (!(committed instanceof Error)) return committed
    const words = new Map(jobs.filter(carriesLocksWord).map((job) => [job.id, this.#alone(job)]))
    return { answers: jobs.map((job) => words.get(job.id) ?? failed(job, committed)), counted: null }
  }

  close(): void {
    this.#connection?.database.close()
    this.#connection = null
  }

  #alone(job: Job): JobAnswer {
    const committed = this.#commit([job])
    if (committed instanceof Error) return failed(job, committed)
    return committed.answers[0] ?? failed(job, null)
  }

  /** The answers, or why nothing of this batch is stored. */
  #commit(jobs: readonly Job[]): Committed | Error {
    try {
      const connection = this.#connected()
      const { tx, bounds } = connection
      bounds.begin.run()
      const together = this.#runTogether(connection, jobs)
      const answers = together ?? jobs.map((job) => this.#runInSavepoint(connection, job))
      this.#faults.beforeCommit()
      bounds.commit.run()
      this.#lastSeq = Math.max(this.#lastSeq, tx.takeNewestSeq())
      const counted = tx.takeCounted()
      return { answers, counted: together === null ? null : counted }
    } catch (error) {
      this.#giveUpTransaction(error)
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  /**
   * Without savepoints, for each of them copies every page that its job touches. Null when a job failed: then the
   * transaction has begun anew, and holds nothing of any job.
   */
  #runTogether({ database, tx, bounds }: Connection, jobs: readonly Job[]): JobAnswer[] | null {
    const answers: JobAnswer[] = []
    for (const job of jobs) {
      try {
        this.#faults.beforeJob(job)
        answers.push({ id: job.id, kind: 'stored', result: runJob(tx, job) })
      } catch (error) {
        if (!database.inTransaction || UNTRUSTED.test(codeOf(error))) throw error
        tx.forgetUndone()
        bounds.rollback.run()
        bounds.begin.run()
        return null
      }
    }
    return answers
  }

  /** The same once more, each job in a savepoint of its own: one that fails takes no other with it. */
  #runInSavepoint({ database, tx, bounds }: Connection, job: Job): JobAnswer {
    bounds.beginJob.run()
    try {
      this.#faults.beforeJob(job)
      const result = runJob(tx, job)
      bounds.keepJob.run()
      return { id: job.id, kind: 'stored', result }
    } catch (error) {
      // SQLite may have rolled back everything, not only this job.
      if (!database.inTransaction || UNTRUSTED.test(codeOf(error))) throw error
      tx.forgetUndone()
      bounds.undoJob.run()
      bounds.keepJob.run()
      return failed(job, error)
    }
  }

  #giveUpTransaction(error: unknown): void {
    if (this.#connection === null) return
    const { database, tx } = this.#connection
    tx.forgetUndone()
    try {
      if (database.inTransaction) database.exec('ROLLBACK')
      if (!UNTRUSTED.test(codeOf(error))) return
    } catch {
      // A connection that can't roll back is given up below.
    }
    this.#connection = null
    try {
      database.close()
    } catch {
      // Nothing more can be asked of it.
    }
  }

  #connected(): Connection {
    if (this.#connection !== null) return this.#connection
    this.#faults.beforeOpen()
    const database = openForWriting(this.#path)
    try {
      assertDurable(database)
      const tx = prepareTransaction(database)
      // Quick, and enough to see that what was answered as stored is still there.
      if (tx.lastSeq() < this.#lastSeq) throw new Error('the store lost events that it had committed')
      this.#connection = { database, tx, bounds: prepareBounds(database) }
      return this.#connection
    } catch (error) {
      database.close()
      throw error
    }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const failed = (job: Job, error: unknown): JobAnswer => {
  const message = error instanceof Error ? error.message : 'failed'
  return { id: job.id, kind: 'failed', message: `${job.name}: ${message}`, code: codeOf(error) }
}
