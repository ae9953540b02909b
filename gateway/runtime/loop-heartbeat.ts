/** A request may be judged older than it is by this much: too little for a person to notice. */
const EVERY_MS = 25

/**
 * When this process's event loop is known to have turned. What waited for it in the operating system's buffers is as old
 * as that, whenever it is read: a blocked loop, a stopped process and a box that swaps all look alike from here.
 *
 * The loop runs timers first, then reads what has come, then runs immediates. So the time that a timer notes counts only
 * once an immediate has followed it: everything that had come by then is read. Without that, the timer that runs right
 * after a blocked loop would make all that waited behind it look new.
 */
export class LoopHeartbeat {
  readonly #elapsedMs: () => number
  #turnedAtMs: number
  #timer: NodeJS.Timeout | null = null

  /** @param elapsedMs real time that never steps, and goes on while the process is stopped or the machine suspended */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs
    this.#turnedAtMs = elapsedMs()
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      const notedMs = this.#elapsedMs()
      setImmediate(() => {
        this.#turnedAtMs = notedMs
      })
    }, EVERY_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Elapsed ms. Everything that had come by then, on whatever was being read, has been read. */
  turnedAtMs(): number {
    return this.#turnedAtMs
  }

  nowMs(): number {
    return this.#elapsedMs()
  }
}
