import { uptime } from 'node:os'
import type { Clock } from '#domain/time/clock.ts'
import { ElapsedTime } from './elapsed-time.ts'

/** A timer that comes later than this shows that the process stood still: its event loop was blocked, or it was stopped. */
const LATE_MIN_MS = 100
/** Two round trips to the thread pool and some turns of the event loop. */
const HEARD_FIRST_MAX_MS = 250

const elapsed = new ElapsedTime({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sinceBootMs: () => uptime() * 1_000,
})

export const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => elapsed.ms(),
  startTimer: (delayMs, run) => {
    const dueMs = performance.now() + delayMs
    // `unref`: open sockets keep the process alive, but a timer must not delay its end once all are closed.
    let timer = setTimeout(() => {
      const lateMs = performance.now() - dueMs
      if (lateMs < LATE_MIN_MS) return run()
      // The event loop runs timers before it reads. What came while the process stood still is heard first: an ack that
      // lies in the socket is not silence, and an answer that does is not a lock that is gone.
      timer = setTimeout(run, Math.min(lateMs, HEARD_FIRST_MAX_MS)).unref()
    }, delayMs).unref()
    return () => clearTimeout(timer)
  },
}
