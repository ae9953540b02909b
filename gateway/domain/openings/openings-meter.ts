import type { OpeningOutcome } from './outcomes.ts'

/** What openings are measured by. Called in an opening's way, so it must cost next to nothing and never throw. */
export interface OpeningsMeter {
  /** One request was answered. */
  answered(way: 'key' | 'direct', outcome: OpeningOutcome['kind']): void
  /** A signed ack came so long after its command had left. */
  acked(afterMs: number): void
  /** An opening that the lock answered took so long besides what was the lock's, and besides its wait for the lock's turn. */
  tookItself(ownMs: number): void
}

export const noMeter: OpeningsMeter = { answered: () => {}, acked: () => {}, tookItself: () => {} }
