import type { ReadinessCheck } from '#domain/upkeep/readiness.ts'
import type { RunBefore } from '#domain/upkeep/run-before.ts'
import type { Plural } from '#http/words/guest-words.ts'

/** How a part is, and what to do. */
export interface PartText {
  readonly message: string
  readonly advice: string | null
}

export interface HealthWords {
  readonly title: string
  readonly statuses: Readonly<Record<ReadinessCheck['status'], string>>
  readonly parts: string
  /** By the part's name in `/readyz`; one that is not here is shown by that name. */
  readonly names: Readonly<Record<string, string>>
  /** By `part.reason`, in place of the English sentences; a reason that is not here is shown in those. */
  readonly texts: Readonly<Record<string, PartText>>
  readonly whatToDo: string
  /** Leads to the doors that are away. */
  readonly seeDoors: string
  readonly running: string
  readonly version: string
  readonly startedAt: string
  readonly uptime: string
  readonly storeSize: string
  /** How the run before ended; each stands before a time, but for `unknown`. */
  readonly howRunsEnd: Readonly<Record<RunBefore['kind'], string>>
  /** In place of figures that the store does not give. */
  readonly noFigures: string
  readonly opens: string
  /** What the chart shows. */
  readonly opensIn7Days: Plural
  readonly opensOfDays: string
  readonly day: string
  readonly count: string
  readonly notAll: string
  readonly messages: string
  readonly messagesIn30Days: Plural
  readonly messagesOfDays: string
  readonly messageCount: string
  readonly noisiest: string
  readonly noisiestHint: string
  readonly noNoise: string
  readonly alarms: string
  readonly door: string
}
