import type { SendResult } from '#domain/delivery/send-notice.ts'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { REGULAR_WRITE_EVERY_MS, type RegularWrite } from './regular-write.ts'

/** A commit older than this says nothing about the disk of now: two regular writes would have come since. */
const COMMIT_WITHIN_MS = 2 * REGULAR_WRITE_EVERY_MS + 4_000
const BROKER_WITHIN_MS = 10_000
/** By then the regular writes store the time itself, and not only that they could. */
const FIRST_AFTER_MS = 75_000

interface Deps {
  readonly everyMs: number
  readonly writes: Pick<RegularWrite, 'sinceSuccessMs'>
  readonly link: { roundTrip(withinMs: number): Promise<boolean> }
  /** Calls the one who waits for it. Never rejects. */
  readonly call: () => Promise<SendResult>
  readonly clock: Clock
  readonly log: Log
  inBackground(work: Promise<unknown>): void
}

/** How the last beat went; `problem` is null when it went well. */
export interface BeatRecord {
  /** UTC of the last one that went well; null for none since the start. */
  readonly lastGoodAtMs: number | null
  readonly problem: string | null
}

/**
 * Tells somebody outside, again and again, that this gateway works: that it stores, and reaches its broker. A box
 * without power tells nobody of it; whoever waits for the beat does.
 */
export class OutwardHeartbeat {
  readonly #deps: Deps
  #stop = () => {}
  #isBeating = false
  #record: BeatRecord = { lastGoodAtMs: null, problem: null }

  constructor(deps: Deps) {
    this.#deps = deps
  }

  start(): void {
    this.#schedule(FIRST_AFTER_MS)
  }

  stop(): void {
    this.#stop()
  }

  get record(): BeatRecord {
    return this.#record
  }

  #schedule(delayMs: number): void {
    this.#stop = this.#deps.clock.startTimer(delayMs, () => {
      this.#schedule(this.#deps.everyMs)
      if (!this.#isBeating) this.#deps.inBackground(this.#beat())
    })
  }

  async #beat(): Promise<void> {
    const { clock, log } = this.#deps
    this.#isBeating = true
    try {
      const problem = await this.#try()
      if (problem !== null && problem !== this.#record.problem) log.warn({ cause: problem }, 'heartbeat left out')
      if (problem === null && this.#record.problem !== null) log.info({}, 'heartbeat goes out again')
      this.#record = { lastGoodAtMs: problem === null ? clock.nowMs() : this.#record.lastGoodAtMs, problem }
    } finally {
      this.#isBeating = false
    }
  }

  /** What was in its way; null when it went out. */
  async #try(): Promise<string | null> {
    const { writes, link, call } = this.#deps
    if (writes.sinceSuccessMs > COMMIT_WITHIN_MS) return 'the store takes no writes'
    if (!(await link.roundTrip(BROKER_WITHIN_MS))) return 'the broker gives no sign of life'
    const result = await call()
    return result.kind === 'delivered' ? null : result.cause
  }
}
