import { EventEmitter } from 'node:events'
import type { Job } from '#store/jobs/jobs.ts'
import { ArmedFaults } from '#store/writer/fault-points.ts'
import { GroupCommit } from '#store/writer/group-commit.ts'
import type { FaultPoints } from '#store/writer/store-faults.ts'
import type { ToWriter, WriterStart } from '#store/writer/writer-messages.ts'

/** Faults of a thread that dies of them: here it stores and answers nothing more, and is seen to end. */
class MortalFaults extends ArmedFaults {
  isDead = false
  #points: FaultPoints = {}

  override arm(points: FaultPoints): void {
    this.#points = points
    super.arm({ ...points, crashWriter: false, dieAfterCommit: false })
  }

  override beforeJob(job: Parameters<ArmedFaults['beforeJob']>[0]): void {
    this.isDead ||= this.#points.crashWriter === true
    if (this.isDead) throw new Error('the writer is dead')
    super.beforeJob(job)
  }

  override afterCommit(): void {
    this.isDead ||= this.#points.dieAfterCommit === true
  }
}

/**
 * The store's writer without its thread, in the place of `node:worker_threads`: Stryker changes the code of the test's own
 * thread only. It takes messages in order, each in a turn of the loop of its own, as a port does; while the disk works,
 * everything waits.
 */
export class Worker extends EventEmitter {
  readonly #faults = new MortalFaults()
  readonly #writer: GroupCommit

  constructor(_file: URL, { workerData }: { workerData: WriterStart }) {
    super()
    this.#faults.arm(workerData.faults)
    this.#writer = new GroupCommit(workerData.path, this.#faults, () => performance.now())
  }

  postMessage(message: ToWriter<Job>): void {
    const sent = structuredClone(message)
    setImmediate(() => {
      if (!this.#faults.isDead) this.#take(sent)
    })
  }

  #take(message: ToWriter<Job>): void {
    if (message.kind === 'jobs') {
      for (const committed of this.#writer.run([...message.jobs])) {
        if (!this.#faults.isDead) this.emit('message', structuredClone(committed))
      }
      if (this.#faults.isDead) this.#end(1)
    } else if (message.kind === 'faults') this.#faults.arm(message.points)
    else this.#end(0)
  }

  #end(code: number): void {
    this.#writer.close()
    this.emit('exit', code)
  }
}
