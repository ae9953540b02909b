/** The broker's time, from whoever starts it. */
export interface BrokerClock {
  /** Elapsed time from an arbitrary zero; never steps. */
  monotonicMs(): number
  /** Calls once after `delayMs`, and keeps no process alive; the answer cancels it. */
  startTimer(delayMs: number, run: () => void): () => void
}

/** Calls again and again until the answer is called. */
export function every(clock: BrokerClock, ms: number, run: () => void): () => void {
  let cancel = clock.startTimer(ms, again)
  return () => cancel()

  function again(): void {
    cancel = clock.startTimer(ms, again)
    run()
  }
}
