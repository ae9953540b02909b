import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from './clock.ts'
import { inTime, LATE } from './in-time.ts'

/** Shorter than the idle timeout that would close the caller's connection. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Limits how long a caller waits for a change: a hanging disk must not hold back the answer. The change itself goes on,
 * so chain whatever has to follow it, such as an update of memory, to `change` before you pass it in.
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
