import { Worker } from 'node:worker_threads'
import type { StoredSighting } from '#domain/alarms/alarm.ts'
import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { LockId } from '#protocol/ids.ts'
import { ShortLivedMap } from '#runtime/short-lived-map.ts'
import type { JobInput, JobName, JobResult } from '#store/jobs/jobs.ts'
import type { KeyMemory } from '#store/memory/key-memory.ts'
import type { JobAnswer } from './group-commit.ts'
import { JobQueue } from './job-queue.ts'
import type { StoreFaults } from './store-faults.ts'
import type { FromWriter, ToWriter, WriterStart } from './writer-messages.ts'

/** How long to wait for more jobs to share a commit. Longer gains nothing with 50 callers; with 10 it costs a quarter
 * of the openings/s. */
const GATHER_MS = 1

interface Waiting {
  /** Whose share of the writer it has; null when it is no lock's unasked word. */
  readonly evidenceOf: LockId | null
  /** A method, so that it takes what its own job answers. */
  resolve(result: unknown): void
  reject(fault: StoreFault): void
}

/** What the writer is measured by. */
export interface WriterMeter {
  /** Jobs that were handed over together are answered: each that was to be stored is on the disk. */
  committed(durationMs: number): void
}

interface WriterOptions {
  readonly meter?: WriterMeter
  readonly path: string
  /** Hears of every counter that moved, before whoever moved it has his answer. */
  readonly keys: KeyMemory
  /** Hears of each alarm that was seen, once that is stored. */
  readonly saw: (sightings: readonly StoredSighting[]) => void
  readonly log: Log
  readonly faults: StoreFaults | null
}

/** The main thread's end of the writer thread. A thread that died is started again by the next job. */
export class Writer {
  readonly #path: string
  readonly #log: Log
  readonly #faults: StoreFaults | null
  readonly #keys: KeyMemory
  readonly #saw: WriterOptions['saw']
  readonly #meter: WriterMeter | undefined
  readonly #waiting = new ShortLivedMap<number, Waiting>()
  readonly #queue = new JobQueue()
  /** More than one job was in the last message. */
  #hadSeveralJobs = false
  #worker: Worker | null = null
  #nextId = 1
  #closed = false
  #flushedMonotonicMs = 0

  constructor({ path, keys, saw, log, faults, meter }: WriterOptions) {
    this.#meter = meter
    this.#path = path
    this.#keys = keys
    this.#saw = saw
    this.#log = log
    this.#faults = faults
    faults?.onChange((points) => {
      this.#flushAll()
      this.#worker?.postMessage({ kind: 'faults', points } satisfies ToWriter)
    })
  }

  /** Jobs that nobody has the answer of yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Resolves once the job is on the disk; rejects with StoreFault when nothing of it is, or when nobody knows. */
  post<Name extends JobName>(name: Name, input: JobInput[Name]): Promise<JobResult[Name]> {
    if (this.#closed) return Promise.reject(new StoreFault('the store is closed'))
    if (this.#queue.isFull) return Promise.reject(new StoreFault('too many jobs wait for the disk'))
    const id = this.#nextId++
    this.#queue.add({ id, name, input })
    return this.#waitFor(id, null)
  }

  /** The same for what a lock says unasked. Null when its share of the writer is used up: then nothing is posted. */
  postEvidence<Name extends JobName>(
    lockId: LockId,
    name: Name,
    input: JobInput[Name],
  ): Promise<JobResult[Name]> | null {
    if (this.#closed) return Promise.reject(new StoreFault('the store is closed'))
    const id = this.#nextId++
    return this.#queue.addEvidence(lockId, { id, name, input }) ? this.#waitFor(id, lockId) : null
  }

  /** Lets what was posted finish, then ends the thread. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#flushAll()
    this.#closed = true
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'close' } satisfies ToWriter)
    await ended
  }

  #waitFor<Result>(id: number, evidenceOf: LockId | null): Promise<Result> {
    const result = new Promise<Result>((resolve, reject) => this.#waiting.set(id, { evidenceOf, resolve, reject }))
    if (this.#queue.size === 1) this.#flushSoon()
    return result
  }

  /**
   * One message to the writer thread is under way at a time. Jobs posted meanwhile go together in the next one and
   * share its commit: none could be committed sooner, and under load each message, fsync and answer serves more jobs.
   * When the last message had several jobs, the next waits `GATHER_MS` for more, unless openings already fill it.
   */
  #flushSoon(): void {
    const underWay = this.#waiting.size > this.#queue.size
    if (underWay || this.#queue.size === 0) return
    if (this.#queue.isLong) this.#flush()
    else if (this.#hadSeveralJobs) setTimeout(() => this.#flush(), GATHER_MS)
    else setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (this.#queue.size === 0) return
    const jobs = this.#queue.take()
    this.#hadSeveralJobs = jobs.length > 1
    this.#flushedMonotonicMs = performance.now()
    this.#worker ??= this.#start()
    this.#worker.postMessage({ kind: 'jobs', jobs } satisfies ToWriter)
  }

  #flushAll(): void {
    while (this.#queue.size > 0) this.#flush()
  }

  #start(): Worker {
    const workerData: WriterStart = { path: this.#path, faults: this.#faults?.points ?? {} }
    const worker = new Worker(new URL('./writer-thread.mjs', import.meta.url), { workerData, name: 'store-writer' })
    worker.on('message', ({ answers, counted, sightings }: FromWriter) => {
      if (counted === null) this.#keys.clear()
      else for (const key of counted) this.#keys.counted(key)
      if (sightings.length > 0) this.#saw(sightings)
      for (const answer of answers) this.#answer(answer)
      if (this.#waiting.size === this.#queue.size) this.#meter?.committed(performance.now() - this.#flushedMonotonicMs)
      this.#flushSoon()
    })
    worker.on('error', (error: unknown) => {
      this.#log.error({ cause: error instanceof Error ? error.message : String(error) }, 'store writer failed')
    })
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = null
      // It may have committed what it could not answer any more.
      this.#keys.clear()
      if (!this.#closed) this.#log.error({ waiting: this.#waiting.size }, 'store writer ended')
      this.#failUnderWay()
      this.#flushSoon()
    })
    return worker
  }

  #answer(answer: JobAnswer): void {
    const waiting = this.#taken(answer.id)
    if (answer.kind === 'stored') {
      waiting?.resolve(answer.result)
      return
    }
    this.#log.error({ cause: answer.message, code: answer.code }, 'store job failed')
    waiting?.reject(new StoreFault(answer.message, { mayBeStored: answer.mayBeStored }))
  }

  #failUnderWay(): void {
    const notYet = this.#queue.waitingIds()
    for (const id of this.#waiting.keys()) {
      if (notYet.has(id)) continue
      this.#taken(id)?.reject(new StoreFault('the writer ended before it answered', { mayBeStored: true }))
    }
  }

  #taken(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting?.evidenceOf != null) this.#queue.endEvidence(waiting.evidenceOf)
    return waiting
  }
}
