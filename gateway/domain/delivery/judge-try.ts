import type { NoticeTry, WaitingNotice } from '#domain/notices/notice.ts'
import type { SendResult } from './send-notice.ts'

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 10 * 60_000
/** A day after it was made, a message is no news to anybody. */
export const GIVEN_UP_AFTER_MS = 24 * 3_600_000
/** Not before so many tries: a site that was without power for a day gets half an hour for each message. */
const LEAST_TRIES = 10
/** A next try further away than any wait between two: the clock was set back since. */
const FAR_AHEAD_MS = 1.2 * LONGEST_WAIT_MS

/** How long to wait after so many failed tries. @param jitter 0 to 1, so that receivers are not all called in one moment */
export const waitAfterMs = (tries: number, jitter: number): number =>
  Math.round(Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 20), LONGEST_WAIT_MS) * (0.8 + 0.4 * jitter))

/** What one try makes of a notice that waits. */
export function judgeTry(
  result: SendResult,
  { notice, tries }: Pick<WaitingNotice, 'notice' | 'tries'>,
  nowMs: number,
  jitter: number,
): NoticeTry {
  if (result.kind === 'delivered') return { kind: 'delivered' }
  const { cause } = result
  const isOld = nowMs - notice.madeAtMs >= GIVEN_UP_AFTER_MS
  if (isOld && tries + 1 >= LEAST_TRIES) return { kind: 'given-up', cause }
  return { kind: 'failed', cause, nextTryAtMs: nowMs + waitAfterMs(tries + 1, jitter) }
}

export const isDue = ({ nextTryAtMs }: Pick<WaitingNotice, 'nextTryAtMs'>, nowMs: number): boolean =>
  nextTryAtMs <= nowMs || nextTryAtMs > nowMs + FAR_AHEAD_MS
