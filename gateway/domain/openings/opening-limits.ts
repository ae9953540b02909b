import { DEADLINE_MAX_AHEAD_S } from '#protocol/limits.ts'

/** The times of one opening, elapsed, counted from the request's arrival. */
export interface OpeningLimits {
  /** No bolt is asked to move later than this after the request. */
  readonly deadlineMs: number
  /** The HTTP answer comes by then, whatever is known; at least `deadlineMs`. */
  readonly answerWaitMs: number
  /** How long a new tap waits for the lock's word on an earlier, unconfirmed opening. */
  readonly askWaitMs: number
  /** Less than this before the deadline nothing is sent. */
  readonly sendMarginMs: number
}

/** When the request arrived, monotonic: every deadline counts from here. */
export interface Arrived {
  readonly arrivedMonotonicMs: number
}

/** From here on nothing is sent any more for a request, monotonic. */
export const sendableUntilMs = ({ arrivedMonotonicMs }: Arrived, limits: OpeningLimits): number =>
  arrivedMonotonicMs + limits.deadlineMs - limits.sendMarginMs

/** When a request is answered, whatever is known then, monotonic. */
export const answerByMs = ({ arrivedMonotonicMs }: Arrived, limits: OpeningLimits): number =>
  arrivedMonotonicMs + limits.answerWaitMs

/** The promise "never late" is made for these; a site may only shorten the deadline. */
export const OPENING_DEADLINE_MAX_MS = 8_000
/** No bolt moves later than this after the request, whatever a crystal or a network does: a lock refuses deadlines farther away. */
export const LATEST_MOVEMENT_MS = DEADLINE_MAX_AHEAD_S * 1_000
export const SEND_MARGIN_MS = 1_000
const ASK_WAIT_MS = 2_000
/** A question that a lock may not answer yet, because the command could still run, is put again after this. */
export const ASK_AGAIN_MS = 700

/** A site with a short deadline asks shorter, so that a tap still has time to open when the lock stays silent. */
export const askWaitMsFor = (deadlineMs: number): number => Math.min(ASK_WAIT_MS, (deadlineMs - SEND_MARGIN_MS) / 2)
