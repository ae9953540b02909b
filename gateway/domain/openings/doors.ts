import { DenialBook } from '#domain/access/denial-book.ts'
import type { LockLink } from '#domain/locks/lock-link.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Log, StoreOfOpenings } from '#domain/ports.ts'
import { type AttemptMap, LiveTaps } from '#domain/taps/live-taps.ts'
import type { IdempotentRequests } from '#domain/taps/once-for.ts'
import type { Clock, ClockTrust } from '#domain/time/clock.ts'
import type { OpeningId } from '#protocol/ids.ts'
import { askWaitMsFor, type OpeningLimits, SEND_MARGIN_MS } from './opening-limits.ts'
import { OpeningWatch } from './opening-watch.ts'
import { noMeter, type OpeningsMeter } from './openings-meter.ts'

/** The doors of a site, and everything that one opening of them needs. */
export interface Doors {
  store: StoreOfOpenings
  link: LockLink
  locks: LockRegistry
  taps: LiveTaps
  watch: OpeningWatch
  remembered: IdempotentRequests
  denials: DenialBook
  /** Openings that a request is at work on. */
  inProgress: Set<OpeningId>
  clock: Clock
  clockTrust: ClockTrust
  limits: OpeningLimits
  meter: OpeningsMeter
  log: Log
  isShuttingDown(): boolean
}

export interface DoorsOptions extends Pick<Doors, 'store' | 'link' | 'locks' | 'clock' | 'log' | 'isShuttingDown'> {
  /** As the site's configuration has them. */
  readonly opening: Pick<OpeningLimits, 'deadlineMs' | 'answerWaitMs'>
  readonly releasedAtMs: number
  /** For attempts that live for seconds; a Map when it is not given. */
  readonly attempts?: AttemptMap
  /** Nothing is measured without it. */
  readonly meter?: OpeningsMeter
}

export function createDoors({ opening, releasedAtMs, attempts, meter = noMeter, ...given }: DoorsOptions): Doors {
  const { store, clock } = given
  return {
    ...given,
    meter,
    taps: new LiveTaps(clock, attempts),
    watch: new OpeningWatch(clock),
    remembered: new Map(),
    denials: new DenialBook(clock),
    inProgress: new Set(),
    clockTrust: { releasedAtMs, lastStoredMs: () => store.lastStoredMs() },
    limits: {
      deadlineMs: opening.deadlineMs,
      answerWaitMs: opening.answerWaitMs,
      askWaitMs: askWaitMsFor(opening.deadlineMs),
      sendMarginMs: SEND_MARGIN_MS,
    },
  }
}
