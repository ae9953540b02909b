/** A token bucket: `perSecond` in the long run, `atOnce` in a burst. Time is passed in, monotonic milliseconds. */
export class RateCap {
  readonly #perSecond: number
  readonly #atOnce: number
  #left: number
  #filledAtMs: number

  constructor(perSecond: number, nowMs: number, atOnce = 2 * perSecond) {
    this.#perSecond = perSecond
    this.#atOnce = atOnce
    this.#left = atOnce
    this.#filledAtMs = nowMs
  }

  /** False when the cap is exceeded; what is refused is not charged, so the allowed share still gets through. */
  take(count: number, nowMs: number): boolean {
    const refill = ((nowMs - this.#filledAtMs) / 1_000) * this.#perSecond
    this.#left = Math.min(this.#atOnce, this.#left + refill)
    this.#filledAtMs = nowMs
    if (this.#left < count) return false
    this.#left -= count
    return true
  }
}
