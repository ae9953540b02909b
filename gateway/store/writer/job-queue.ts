import type { LockId } from '#protocol/ids.ts'
import type { JobName } from '#store/jobs/jobs.ts'
import type { PostedJob } from './writer-messages.ts'

/** What somebody at a door waits for. */
const OF_OPENINGS: ReadonlySet<JobName> = new Set<JobName>([
  'reserve',
  'resign',
  'settle',
  'markNotSent',
  'markUnconfirmed',
  'withdraw',
])

/** Jobs that one message takes to the writer thread; they share a commit as long as that stays short. */
const OPENINGS_AT_ONCE = 256
const OTHERS_AT_ONCE = 64
const EVIDENCE_AT_ONCE = 32
/** Unasked acks of one lock that may wait or be under way; it repeats what is turned away. */
const EVIDENCE_OF_A_LOCK_MAX = 8
/** For all locks together. Room for openings is not theirs to take. */
const EVIDENCE_MAX = 2_000
/** Jobs that may wait for a commit; more would only make everybody wait beyond their deadline. */
const JOBS_MAX = 10_000

/**
 * What waits for the writer. Openings go first, in the order in which they were asked: the jobs of one opening rely on it.
 * What locks say unasked goes last and lock by lock in turn. Each has its share of every crossing, so none waits for ever.
 */
export class JobQueue {
  readonly #openings: PostedJob[] = []
  readonly #others: PostedJob[] = []
  readonly #evidence = new Map<LockId, PostedJob[]>()
  /** Waiting and under way, by lock. */
  readonly #shares = new Map<LockId, number>()
  #evidenceWaiting = 0
  #evidencePlaces = 0

  get size(): number {
    return this.#openings.length + this.#others.length + this.#evidenceWaiting
  }

  /** The openings alone fill a message to the writer. */
  get isLong(): boolean {
    return this.#openings.length >= OPENINGS_AT_ONCE
  }

  get isFull(): boolean {
    return this.#openings.length + this.#others.length >= JOBS_MAX
  }

  add(job: PostedJob): void {
    if (OF_OPENINGS.has(job.name)) this.#openings.push(job)
    else this.#others.push(job)
  }

  /** False when this lock's share, or all locks' together, is used up. Otherwise `endEvidence` gives the place back. */
  addEvidence(lockId: LockId, job: PostedJob): boolean {
    const share = this.#shares.get(lockId) ?? 0
    if (share >= EVIDENCE_OF_A_LOCK_MAX || this.#evidencePlaces >= EVIDENCE_MAX) return false
    this.#shares.set(lockId, share + 1)
    this.#evidencePlaces += 1
    this.#evidenceWaiting += 1
    const waiting = this.#evidence.get(lockId)
    if (waiting === undefined) this.#evidence.set(lockId, [job])
    else waiting.push(job)
    return true
  }

  endEvidence(lockId: LockId): void {
    const share = (this.#shares.get(lockId) ?? 0) - 1
    if (share > 0) this.#shares.set(lockId, share)
    else this.#shares.delete(lockId)
    this.#evidencePlaces -= 1
  }

  /** What crosses next. */
  take(): PostedJob[] {
    const jobs = this.#openings.splice(0, OPENINGS_AT_ONCE)
    jobs.push(...this.#others.splice(0, OTHERS_AT_ONCE))
    for (let left = EVIDENCE_AT_ONCE; left > 0; left -= 1) {
      const job = this.#nextEvidence()
      if (job === null) break
      jobs.push(job)
    }
    return jobs
  }

  /** Ids of what has not crossed yet. */
  waitingIds(): Set<number> {
    return new Set([...this.#openings, ...this.#others, ...[...this.#evidence.values()].flat()].map(({ id }) => id))
  }

  /** One job of the lock whose turn it is; then it is the last to have its turn again. */
  #nextEvidence(): PostedJob | null {
    for (const [lockId, waiting] of this.#evidence) {
      this.#evidence.delete(lockId)
      const job = waiting.shift()
      if (job === undefined) continue
      if (waiting.length > 0) this.#evidence.set(lockId, waiting)
      this.#evidenceWaiting -= 1
      return job
    }
    return null
  }
}
