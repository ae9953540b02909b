import type { Database } from 'better-sqlite3'
import type { StoredSighting } from '#domain/alarms/alarm.ts'
import { assertDurable, openForWriting } from '#store/file/database.ts'
import { carriesAck, type Job, runJob } from '#store/jobs/jobs.ts'
import type { KeyCounters } from '#store/tables/rows.ts'
import { prepareTransaction, type Transaction } from '#store/tables/transaction.ts'
import type { ArmedFaults } from './fault-points.ts'

/** `failed`: nothing of the job is stored, unless it says that it may be. */
export type JobAnswer =
  | { readonly id: number; readonly kind: 'stored'; readonly result: unknown }
  | {
      readonly id: number
      readonly kind: 'failed'
      readonly message: string
      readonly code: string
      /** The disk failed in the middle of the commit: after a power cut it may turn out to be whole. */
      readonly mayBeStored: boolean
    }

export interface Committed {
  readonly answers: readonly JobAnswer[]
  /** Whose counters moved, in order; null when something failed: then what others hold in memory may not be what is stored. */
  readonly counted: readonly KeyCounters[] | null
  readonly sightings: readonly StoredSighting[]
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
 * A commit that failed like this may have left its pages and their end mark in the WAL. No connection that is open now
 * reads them, and the next commit writes over them; but whoever reads the file first after a power cut believes them.
 */
const HALF_WRITTEN = /^SQLITE_IOERR/

/** After this no more jobs join a transaction: whoever came first must not wait for the work of all. */
const JOIN_FOR_MS = 20
/** How long acks are tried one by one after a failed commit; on a slower disk the rest fail without another try. */
const WORDS_ALONE_FOR_MS = 1_000

interface Joining {
  /** Monotonic. */
  readonly untilMs: number
  begun: number
}

interface Failure {
  readonly kind: 'failure'
  readonly error: unknown
  /** So many of the jobs had been begun. */
  readonly begun: number
  readonly mayBeStored: boolean
}

/**
 * The one writer. Jobs that arrived together share one durable commit, and one that fails fails alone. When the commit
 * itself fails nothing is stored, and only the lock's own words are tried again.
 */
export class GroupCommit {
  readonly #path: string
  readonly #faults: ArmedFaults
  readonly #monotonicMs: () => number
  #connection: Connection | null = null
  #lastSeq = 0

  constructor(path: string, faults: ArmedFaults, monotonicMs: () => number) {
    this.#path = path
    this.#faults = faults
    this.#monotonicMs = monotonicMs
  }

  /** Opens now rather than with the first batch. */
  open(): void {
    this.#connected()
  }

  /**
   * Never throws. Answers each part as soon as it is decided, one disk write after the other; the answers are true when
   * they come: what is `stored` is on the disk.
   */
  *run(jobs: readonly Job[]): Generator<Committed, void, undefined> {
    for (let at = 0; at < jobs.length; ) {
      const committed = this.#commit(jobs.slice(at))
      if (committed.kind === 'committed') {
        at += committed.answers.length
        yield committed
        continue
      }
      const begun = jobs.slice(at, at + committed.begun)
      at += begun.length
      const words = begun.filter(carriesAck)
      const others = begun.filter((job) => !carriesAck(job))
      if (others.length > 0) yield failedAll(others, committed)
      yield* this.#tryAgain(words)
    }
  }

  close(): void {
    this.#connection?.database.close()
    this.#connection = null
  }

  /** Tries the acks together first, which costs one write; then one by one, in case a single one is what fails. */
  *#tryAgain(words: readonly Job[]): Generator<Committed, void, undefined> {
    const sinceMs = this.#monotonicMs()
    for (let at = 0; at < words.length; ) {
      const together = this.#commit(words.slice(at))
      if (together.kind === 'committed') {
        at += together.answers.length
        yield together
        continue
      }
      const failing = words.slice(at, at + together.begun)
      at += failing.length
      for (const job of failing) {
        const isTime = failing.length > 1 && this.#monotonicMs() - sinceMs < WORDS_ALONE_FOR_MS
        const alone = isTime ? this.#commit([job]) : together
        yield alone.kind === 'committed' ? alone : failedAll([job], alone)
      }
    }
  }

  /** The answers to the first of these jobs, as many as joined, or why nothing of those that were begun is stored. */
  #commit(jobs: readonly Job[]): ({ readonly kind: 'committed' } & Committed) | Failure {
    const join: Joining = { untilMs: this.#monotonicMs() + JOIN_FOR_MS, begun: 0 }
    let isCommitting = false
    try {
      const connection = this.#connected()
      const { tx, bounds } = connection
      bounds.begin.run()
      const together = this.#runTogether(connection, jobs, join)
      const answers = together ?? this.#runInSavepoints(connection, jobs, join)
      isCommitting = true
      this.#faults.beforeCommit()
      bounds.commit.run()
      isCommitting = false
      this.#faults.afterCommit()
      const { newestSeq, counted, sightings } = tx.takeTrace()
      this.#lastSeq = Math.max(this.#lastSeq, newestSeq)
      return { kind: 'committed', answers, counted: together === null ? null : counted, sightings }
    } catch (error) {
      this.#giveUpTransaction(error)
      // Not one job was begun: the connection or the transaction itself failed, so all of them have.
      const begun = join.begun === 0 ? jobs.length : join.begun
      return { kind: 'failure', error, begun, mayBeStored: isCommitting && HALF_WRITTEN.test(codeOf(error)) }
    }
  }

  /**
   * Without savepoints, for each of them copies every page that its job touches. Null when a job failed: then the
   * transaction has begun anew, and holds nothing of any job.
   */
  #runTogether({ database, tx, bounds }: Connection, jobs: readonly Job[], join: Joining): JobAnswer[] | null {
    const answers: JobAnswer[] = []
    for (const job of jobs) {
      if (answers.length > 0 && this.#monotonicMs() >= join.untilMs) break
      join.begun = answers.length + 1
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
  #runInSavepoints(connection: Connection, jobs: readonly Job[], join: Joining): JobAnswer[] {
    const answers: JobAnswer[] = []
    const untilMs = this.#monotonicMs() + JOIN_FOR_MS
    for (const job of jobs) {
      if (answers.length > 0 && this.#monotonicMs() >= untilMs) break
      join.begun = answers.length + 1
      answers.push(this.#runInSavepoint(connection, job))
    }
    return answers
  }

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

const failedAll = (jobs: readonly Job[], { error, mayBeStored }: Failure): Committed => ({
  answers: jobs.map((job) => failed(job, error, mayBeStored)),
  counted: null,
  sightings: [],
})

const failed = (job: Job, error: unknown, mayBeStored = false): JobAnswer => {
  const message = error instanceof Error ? error.message : 'failed'
  return { id: job.id, kind: 'failed', message: `${job.name}: ${message}`, code: codeOf(error), mayBeStored }
}
