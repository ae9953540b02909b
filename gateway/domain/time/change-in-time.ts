import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from './clock.ts'
import { inTime, LATE } from './in-time.ts'

/** Before the connection of whoever asked is closed for its silence. */
const ANSWER_WITHIN_MS = 10_000

/**
 * For a change that a person or a program asked for: a disk that hangs must not keep the answer. The change goes on, and
 * so does what follows from it: hand it in together with whatever memory has to learn of it.
 *
 * @throws StoreFault that says so when the answer would come too late
 */
export async function changeInTime<Result>(
  change: Promise<Result>,
  clock: Pick<Clock, 'monotonicMs' | 'startTimer'>,
): Promise<Result> {
  const result = await inTime(change, clock.monotonicMs() + ANSWER_WITHIN_MS, clock)
  if (result === LATE) throw new StoreFault('the disk has not answered yet', { mayBeStored: true })
  return result
}
