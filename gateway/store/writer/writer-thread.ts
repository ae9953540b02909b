import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Job } from '#store/jobs/jobs.ts'
import { ArmedFaults } from './fault-points.ts'
import { GroupCommit } from './group-commit.ts'
import type { FromWriter, ToWriter, WriterStart } from './writer-messages.ts'

const start: WriterStart = workerData
const port = parentPort
if (port === null) throw new Error('the writer runs in a worker thread')
const main = port

const faults = new ArmedFaults()
const writer = new GroupCommit(start.path, faults, () => performance.now())
faults.arm(start.faults)
const waiting: Job[] = []

main.on('message', (first: ToWriter<Job>) => {
  // Whatever arrived during the last commit shares the next one.
  for (let message: ToWriter<Job> | undefined = first; message !== undefined; message = nextArrived()) take(message)
  commitWaiting()
})

function take(message: ToWriter<Job>): void {
  if (message.kind === 'jobs') {
    waiting.push(...message.jobs)
    return
  }
  commitWaiting()
  if (message.kind === 'faults') {
    faults.arm(message.points)
    return
  }
  writer.close()
  main.close()
}

function nextArrived(): ToWriter<Job> | undefined {
  const received: { message: ToWriter<Job> } | undefined = receiveMessageOnPort(main)
  return received?.message
}

function commitWaiting(): void {
  const jobs = waiting.splice(0)
  for (const committed of writer.run(jobs)) main.postMessage(committed satisfies FromWriter)
}
