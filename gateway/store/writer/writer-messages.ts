import type { JobInput, JobName } from '#store/jobs/jobs.ts'
import type { Committed } from './group-commit.ts'
import type { FaultPoints } from './store-faults.ts'

export interface WriterStart {
  readonly path: string
  readonly faults: FaultPoints
}
/** A job on its way. That `input` belongs to `name` is known where it is posted, and again where it is run. */
export interface PostedJob {
  readonly id: number
  readonly name: JobName
  readonly input: JobInput[JobName]
}
export type ToWriter<OfJob = PostedJob> =
  | { readonly kind: 'jobs'; readonly jobs: readonly OfJob[] }
  | { readonly kind: 'faults'; readonly points: FaultPoints }
  | { readonly kind: 'close' }
export type FromWriter = Committed
