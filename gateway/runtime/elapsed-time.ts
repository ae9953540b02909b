/** The clocks of the operating system, in ms. */
export interface SystemClocks {
  /** UTC. May step in any direction. */
  wallMs(): number
  /** Never steps, and stands still while the machine is suspended. */
  monotonicMs(): number
  /** Goes on while the machine is suspended. Costs a system call or more. */
  sinceBootMs(): number
}

/** The two clocks that are read at each call differ by less, as long as nobody sets one and the machine is awake. */
const STEP_MIN_MS = 50
/** `/proc/uptime` has hundredths of a second; no machine sleeps for less than this. */
const SUSPENDED_MIN_MS = 100

/**
 * Elapsed time that also counts while the machine is suspended: a tap from before somebody closed the lid is old when it
 * is opened. After a suspension the kernel moves the wall clock forward before any program runs, so a step of the wall
 * clock says when to ask the clock that costs more, and no caller ever sees the time before.
 */
export class ElapsedTime {
  readonly #clocks: SystemClocks
  readonly #bootAheadMs: number
  #wallAheadMs: number
  #suspendedMs = 0

  constructor(clocks: SystemClocks) {
    this.#clocks = clocks
    const monotonicMs = clocks.monotonicMs()
    this.#bootAheadMs = clocks.sinceBootMs() - monotonicMs
    this.#wallAheadMs = clocks.wallMs() - monotonicMs
  }

  ms(): number {
    const monotonicMs = this.#clocks.monotonicMs()
    const wallAheadMs = this.#clocks.wallMs() - monotonicMs
    if (Math.abs(wallAheadMs - this.#wallAheadMs) >= STEP_MIN_MS) this.#lookForSuspension(monotonicMs, wallAheadMs)
    return monotonicMs + this.#suspendedMs
  }

  #lookForSuspension(monotonicMs: number, wallAheadMs: number): void {
    this.#wallAheadMs = wallAheadMs
    const suspendedMs = this.#clocks.sinceBootMs() - monotonicMs - this.#bootAheadMs
    if (suspendedMs - this.#suspendedMs >= SUSPENDED_MIN_MS) this.#suspendedMs = suspendedMs
  }
}
