import { join } from 'node:path'
import { createStoreFile, openForWriting } from '#store/file/database.ts'
import { migrate } from '#store/file/migrate.ts'
import type { Job, JobInput, JobName } from '#store/jobs/jobs.ts'
import { ArmedFaults } from '#store/writer/fault-points.ts'
import { type Committed, GroupCommit } from '#store/writer/group-commit.ts'
import { keyUuid, lockId, newAck, newKey, newLock, newReserve, T0, temporaryDirectory } from './store-site.ts'

/** Time that passes only where a test says so. */
class TimedFaults extends ArmedFaults {
  nowMs = 0
  jobTakesMs = 0
  commitTakesMs = 0
  commits = 0

  override beforeJob(job: Parameters<ArmedFaults['beforeJob']>[0]): void {
    this.nowMs += this.jobTakesMs
    super.beforeJob(job)
  }

  override beforeCommit(): void {
    this.nowMs += this.commitTakesMs
    this.commits += 1
    super.beforeCommit()
  }
}

/** A real store and its one writer, without the thread: what it does is done when it answers. */
export function directWriter(doors: number) {
  const directory = temporaryDirectory()
  const path = join(directory.path, 'latchkey.db')
  createStoreFile(path)
  const database = openForWriting(path)
  migrate(database)
  const faults = new TimedFaults()
  const writer = new GroupCommit(path, faults, () => faults.nowMs)
  let id = 0
  const job = <Name extends JobName>(name: Name, input: JobInput[Name]) => {
    id += 1
    return { id, name, input } as const
  }
  const run = (...jobs: Job[]): Committed[] => [...writer.run(jobs)]
  const by = { kind: 'owner' } as const
  for (let n = 1; n <= doors; n += 1) {
    run(
      job('createLock', { lock: newLock(n), by, atMs: T0 }),
      job('createTempKey', { key: newKey(n, { lockId: lockId(n) }), by, atMs: T0 }),
    )
  }
  faults.commits = 0
  const end = () => {
    writer.close()
    database.close()
    directory.remove()
  }
  const reserveJob = (n: number) => job('reserve', newReserve(lockId(n), keyUuid(n)))
  /** Reserves an opening, and answers the job of the ack that it gets. */
  const openedJob = (n: number) => {
    const reserve = reserveJob(n)
    run(reserve)
    faults.commits = 0
    return job('settle', { ack: newAck(reserve.input.command, 'opened'), atMs: T0 })
  }
  return { writer, faults, job, run, reserveJob, openedJob, dataDir: directory.path, end }
}
