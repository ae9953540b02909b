import { Worker } from 'node:worker_threads'
import { type Log, StoreFault } from '#domain/ports.ts'
import { ShortLivedMap } from '#domain/short-lived-map.ts'
import type { JobAnswer } from './group-commit.ts'
import type { JobInput, JobName, JobResult } from './jobs.ts'
import type { KeyMemory } from './key-memory.ts'
import type { StoreFaults } from './store-faults.ts'
import type { FromWriter, PostedJob, ToWriter, WriterStart } from './writer-messages.ts'

/** Jobs that may wait for a commit; more would only make everybody wait beyond their deadline. */
const JOBS_MAX = 10_000

/** Longer gains nothing at 50 callers, and costs 10 of them a quarter of their opens. */
const GATHER_MS = 1

interface Waiting {
  /** A method, so that it takes what its own job answers. */
  resolve(result: unknown): void
  reject(fault: StoreFault): void
}

/** The main thread's end of the writer thread. A thread that died is started again by the next job. */
export class Writer {
  readonly #path: string
  readonly #log: Log
  readonly #faults: StoreFaults | null
  readonly #keys: KeyMemory
  readonly #waiting = new ShortLivedMap<number, Waiting>()
  #unposted: PostedJob[] = []
  /** More than one job was in the last message. */
  #hadCompany = false
  #worker: Worker | null = null
  #nextId = 1
  #closed = false

  constructor(path: string, keys: KeyMemory, log: Log, faults: StoreFaults | null) {
    this.#keys = keys
    this.#path = path
    this.#log = log
    this.#faults = faults
    faults?.onChange((points) => {
      this.#flush()
      this.#worker?.postMessage({ kind: 'faults', points } satisfies ToWriter)
    })
  }

  /** Resolves once the job is on the disk; rejects with StoreFault when nothing of it is. */
  post<Name extends JobName>(name: Name, input: JobInput[Name]): Promise<JobResult[Name]> {
    if (this.#closed) return Promise.reject(new StoreFault('the store is closed'))
    if (this.#waiting.size >= JOBS_MAX) return Promise.reject(new StoreFault('too many jobs wait for the disk'))
    const id = this.#nextId++
    return new Promise<JobResult[Name]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#queue({ id, name, input })
    })
  }

  /** Lets what was posted finish, then ends the thread. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'close' } satisfies ToWriter)
    await ended
  }

  #queue(job: PostedJob): void {
    this.#unposted.push(job)
    if (this.#unposted.length === 1) this.#flushSoon()
  }

  /**
   * One message is under way at a time. What is posted meanwhile crosses together and shares a commit: that is as soon
   * as it could be committed, and under load each crossing, fsync and answer serves more jobs. While there is company,
   * the next one waits a moment for more; a job that comes alone never waits.
   */
  #flushSoon(): void {
    const underWay = this.#waiting.size > this.#unposted.length
    if (underWay || this.#unposted.length === 0) return
    if (this.#hadCompany) setTimeout(() => this.#flush(), GATHER_MS)
    else setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (this.#unposted.length === 0) return
    const jobs = this.#unposted
    this.#unposted = []
    this.#hadCompany = jobs.length > 1
    this.#worker ??= this.#start()
    this.#worker.postMessage({ kind: 'jobs', jobs } satisfies ToWriter)
  }

  #start(): Worker {
    const workerData: WriterStart = { path: this.#path, faults: this.#faults?.points ?? {} }
    const worker = new Worker(new URL('./writer-thread.mjs', import.meta.url), { workerData, name: 'store-writer' })
    worker.on('message', ({ answers, counted }: FromWriter) => {
      if (counted === null) this.#keys.clear()
      else for (const key of counted) this.#keys.counted(key)
      for (const answer of answers) this.#answer(answer)
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
      this.#failAll()
      this.#flushSoon()
    })
    return worker
  }

  #answer(answer: JobAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.kind === 'stored') {
      waiting?.resolve(answer.result)
      return
    }
    this.#log.error({ cause: answer.message, code: answer.code }, 'store job failed')
    waiting?.reject(new StoreFault(answer.message))
  }

  #failAll(): void {
    const unposted = new Set(this.#unposted.map(({ id }) => id))
    for (const id of this.#waiting.keys()) {
      if (unposted.has(id)) continue
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      waiting?.reject(new StoreFault('the writer ended before it answered'))
    }
  }
}
