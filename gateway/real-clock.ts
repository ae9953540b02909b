import type { Clock } from '#domain/clock.ts'

export const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  startTimer: (delayMs, run) => {
    // What is open keeps the process alive; a question that is still waiting when all is closed does not.
    const timer = setTimeout(run, delayMs).unref()
    return () => clearTimeout(timer)
  },
}
