/** When the event loop is known to have turned: everything that had come by then, on what was being read, has been read. */
export interface Heartbeat {
  /** Elapsed ms. */
  turnedAtMs(): number
  /** Elapsed ms, by the same clock. */
  nowMs(): number
}

/** For requests from inside this process: they wait in no buffer. */
export const alwaysTurning = (elapsedMs: () => number): Heartbeat => ({ turnedAtMs: elapsedMs, nowMs: elapsedMs })

/** Since when a connection is being read, and since when the bytes that waited on it before may have been there. */
export interface ReadSince {
  readonly atMs: number
  readonly bytesSinceMs: number
}

/**
 * How old the bytes are that a connection brings: as old as the last beat of the loop before they were read, if the
 * connection was being read at that beat. If it was not, it lay in a `ListenQueue` with its bytes, and the loop takes one
 * connection out of each queue in a turn, however fast it turns.
 */
export class Arrivals {
  readonly #heartbeat: Heartbeat

  constructor(heartbeat: Heartbeat) {
    this.#heartbeat = heartbeat
  }

  nowMs(): number {
    return this.#heartbeat.nowMs()
  }

  /** The earliest time at which the bytes that are read now can have arrived, elapsed ms. */
  cameAtMs({ atMs, bytesSinceMs }: ReadSince): number {
    const turnedAtMs = this.#heartbeat.turnedAtMs()
    return turnedAtMs >= atMs ? turnedAtMs : bytesSinceMs
  }

  /** From now on a connection is not read, until it is `resumed`. */
  paused(read: ReadSince): ReadSince {
    if (read.atMs === Number.POSITIVE_INFINITY) return read
    return { atMs: Number.POSITIVE_INFINITY, bytesSinceMs: this.#heartbeat.turnedAtMs() }
  }

  resumed(read: ReadSince): ReadSince {
    return read.atMs === Number.POSITIVE_INFINITY ? { ...read, atMs: this.#heartbeat.nowMs() } : read
  }
}
