import { StoreFault } from '#domain/store-fault.ts'
import { changeInTime } from './change-in-time.ts'
import type { Clock } from './clock.ts'

/** What is held in memory of what a change is about. */
export interface Follower<Result> {
  /** Takes what the store answered. */
  follow(result: Result): void | Promise<void>
  /** Takes what is stored, whatever that is. */
  readAgain(): Promise<void>
}

/**
 * Updates memory when the change is stored, even if that happens after the caller was answered. When the writer died,
 * nobody knows whether the change is stored: then memory reads it again.
 */
export async function followChange<Result>(
  change: Promise<Result>,
  memory: Follower<Result>,
  clock: Pick<Clock, 'monotonicMs' | 'startTimer'>,
): Promise<Result> {
  const following = change.then(
    async (result) => {
      await memory.follow(result)
      return result
    },
    async (error: unknown) => {
      if (error instanceof StoreFault && error.mayBeStored) await memory.readAgain()
      throw error
    },
  )
  return await changeInTime(following, clock)
}
