import type { Heartbeat } from '#http/front/arrivals.ts'

/** A loop that seems to have stood still: what is read now may have come so long ago. */
export class StalledHeartbeat implements Heartbeat {
  /** 0: it turns. */
  stoodStillMs = 0

  nowMs(): number {
    return performance.now()
  }
  turnedAtMs(): number {
    return performance.now() - this.stoodStillMs
  }
}
