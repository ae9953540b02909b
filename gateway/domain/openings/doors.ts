import type { DenialBook } from '#domain/access/denial-book.ts'
import type { Principal } from '#domain/access/principal.ts'
import type { LockLink } from '#domain/locks/lock-link.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Log, Store } from '#domain/ports.ts'
import type { LiveTaps } from '#domain/taps/live-taps.ts'
import type { WaitingCaller, WaitingCallers } from '#domain/taps/waiting-callers.ts'
import type { Clock, ClockTrust } from '#domain/time/clock.ts'
import type { OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { OpeningLimits } from './opening-limits.ts'
import type { OpeningWatch } from './opening-watch.ts'
import type { OpeningOutcome } from './outcomes.ts'

/** Who the caller proved to be; asked only when the key needs to know. */
export type Identified =
  | Extract<Principal, { kind: 'user' | 'service' }>
  | { kind: 'token-missing' }
  | { kind: 'token-invalid' }

export interface OpenByKeyRequest {
  readonly tempKeyUuid: TempKeyUuid
  identify(): Promise<Identified>
  /** Counts one command against the key; null while it may be sent, otherwise the whole seconds after which one may. */
  takeCommand(): Promise<number | null>
  /** The Idempotency-Key header and SHA-256 of the body; null without the header. */
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | null
  /** When the request arrived at the latest, monotonic: every deadline counts from here. */
  readonly arrivedMonotonicMs: number
  readonly caller: WaitingCaller
}

export interface Doors {
  store: Store
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
  log: Log
  isShuttingDown(): boolean
}

/** Requests with an Idempotency-Key that are running now, by scope: a repeat waits for the same answer. */
export type IdempotentRequests = Map<string, RunningRequest>

interface RunningRequest {
  readonly requestHash: string
  readonly outcome: Promise<OpeningOutcome>
  readonly callers: WaitingCallers
}
