import type { Clock } from '#domain/time/clock.ts'

/** Long enough to be seen by somebody who looks now and then. */
const SEEN_FOR_MS = 3_600_000

/** Tells of log lines that were lost, until none was lost for an hour. */
export class LostLines {
  readonly #linesLost: () => number
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #lastSeen = 0
  /** What had been lost when the trouble began. */
  #before = 0
  #roseAtMonotonicMs = -Infinity

  /** @param linesLost since the start */
  constructor(linesLost: () => number, clock: Pick<Clock, 'monotonicMs'>) {
    this.#linesLost = linesLost
    this.#clock = clock
  }

  /** How many, 0 when none was lost for an hour. */
  lately(): number {
    const [lost, monotonicMs] = [this.#linesLost(), this.#clock.monotonicMs()]
    const isOver = monotonicMs - this.#roseAtMonotonicMs > SEEN_FOR_MS
    if (isOver) this.#before = this.#lastSeen
    if (lost > this.#lastSeen) this.#roseAtMonotonicMs = monotonicMs
    this.#lastSeen = lost
    return lost - this.#before
  }
}
